"""The names a part of a jq program can see."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_coordinator.flow.expression.jq import syntax
from lanner_coordinator.flow.expression.jq.syntax import Node
from lanner_coordinator.flow.expression.jq.values import Json


@dataclass(frozen=True, slots=True)
class Closure:
    """A function, or an argument of one, with the names it was written among."""

    parameters: tuple[str, ...]
    """Names of the parameters."""
    body: Node
    """What it does."""
    scope: Scope | None
    """The names around it; of a defined function those at its definition."""
    name: str = ""
    """Its own name, by which it can call itself; empty for arguments."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One name and what is around it."""

    name: str
    """`$x`, `*label` or `f/2`."""
    value: Json | Closure
    """What it stands for."""
    outer: Scope | None
    """The names around it."""


class BreakOut(Exception):
    """Ends a `label`.

    Attributes:
        label: Which one.
    """

    def __init__(self, label: object) -> None:
        super().__init__("break")
        self.label = label


def find(scope: Scope | None, name: str) -> Scope | None:
    """Return the nearest entry of a name; None if there is none."""
    while scope is not None:
        if scope.name == name:
            return scope
        scope = scope.outer
    return None


def define(node: syntax.Define, scope: Scope | None) -> Scope:
    """Return the names with a function added."""
    return Scope(node.name, Closure(node.parameters, node.body, scope, node.name), scope)
