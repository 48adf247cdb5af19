"""Builds `jinja2.nodes` for what the parser reads.

Every expression becomes a call of a method of the render context, with the offset in the source as
the first argument: `context.attribute(12, context.variable(3, 'inputs'), 'name')`. Nothing a flow
author writes becomes a Python name, so nothing of Python can be reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

LAZY_METHODS = frozenset({"coalesce", "coalesce_undefined", "optional", "every", "some", "preset"})
"""Methods whose arguments the compiler passes as functions, to be called when needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A macro of a template."""

    block: str
    """Name of the compiled block with the body."""
    parameters: tuple[str, ...]
    """Names of the parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A filter, function or test that a template names."""

    kind: str
    """`filter`, `function` or `test`."""
    name: str
    """The name as written."""
    offset: int
    """Where it stands in the template."""


@dataclass(slots=True, kw_only=True)
class Syntax:
    """A parsed template."""

    tree: nodes.Template
    """What Jinja2 compiles."""
    blocks: dict[str, str] = field(default_factory=dict)
    """Compiled block by the name of the `{% block %}`."""
    macros: dict[str, Macro] = field(default_factory=dict)
    """Macros by name."""
    mentions: list[Mention] = field(default_factory=list)
    """Every filter, function and test named, in order."""


def constant(value: object) -> nodes.Expr:
    """Return the node of a literal."""
    return nodes.Const(value, lineno=1)


def call(method: str, offset: int, *arguments: nodes.Expr) -> nodes.Call:
    """Return the call of a method of the render context."""
    target = nodes.Getattr(nodes.ContextReference(lineno=1), method, "load", lineno=1)
    return nodes.Call(target, [constant(offset), *arguments], [], None, None, lineno=1)


def method_of(node: nodes.Node) -> str | None:
    """Return the method a node calls; None if it is no such call."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        return node.node.attr
    return None


def sequence(items: Iterable[nodes.Expr]) -> nodes.Expr:
    """Return the node of a tuple of arguments."""
    return nodes.Tuple(list(items), "load", lineno=1)


def keywords(items: Mapping[str, nodes.Expr]) -> nodes.Expr:
    """Return the node of named arguments: None where there are none."""
    if not items:
        return constant(None)
    pairs = [nodes.Pair(constant(name), value, lineno=1) for name, value in items.items()]
    return nodes.Dict(pairs, lineno=1)


def depth(root: nodes.Node, limit: int) -> int:
    """Return how deep a tree is, without recursion; stops counting beyond `limit`."""
    deepest = 0
    pending: list[tuple[nodes.Node, int]] = [(root, 1)]
    while pending:
        node, level = pending.pop()
        is_call = isinstance(node, nodes.Call | nodes.CondExpr)
        deepest = max(deepest, level)
        if deepest > limit:
            return deepest
        pending.extend((child, level + is_call) for child in node.iter_child_nodes())
    return deepest


def walk(root: nodes.Node) -> Iterator[nodes.Node]:
    """Go through a tree, parents first, in the order of the text."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(list(node.iter_child_nodes())))
