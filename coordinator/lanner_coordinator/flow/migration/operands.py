"""Reads what conditions compare with, and says it as operands of expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from lanner_coordinator.flow.conditions.table import condition_type
from lanner_coordinator.flow.expression import ExpressionError, is_truthy
from lanner_coordinator.flow.expression.java.date_parse import parse_iso
from lanner_coordinator.flow.nodes import MapNode, Node, ScalarNode, plain
from lanner_coordinator.flow.state_names import SPELLINGS, state_name

_PRINTED = re.compile(r"\s*\{\{-?((?:(?!\}\}|\{\{).)*?)-?\}\}\s*", re.DOTALL)
_ZONED = re.compile(r"(?:trigger|schedule)\.(?:date|next|previous)|now\(\)")
_COMPARISONS = ("EQUALS", "PREFIX", "SUFFIX")


class NoExpressionError(ValueError):
    """There is no expression that means the same; with a reason."""


def map_of(node: Node) -> MapNode:
    """A condition."""
    if not isinstance(node, MapNode):
        raise NoExpressionError("a condition is no map")
    return node


def name_of(own: MapNode) -> str:
    """The newest name of the type of a condition; empty: it is unknown."""
    node = own.entries.get("type")
    known = condition_type(node.text) if isinstance(node, ScalarNode) else None
    return known.name if known is not None else ""


def type_of(own: MapNode) -> str:
    """The newest name of its type, which must be known."""
    name = name_of(own)
    if not name:
        raise NoExpressionError("a condition has an unknown type")
    return name


def printed(text: str) -> str | None:
    """The expression of a text that is nothing else."""
    found = _PRINTED.fullmatch(text)
    return found.group(1).strip() if found else None


def text_of(own: MapNode, key: str) -> str | None:
    """The text of a property; absent or null: None."""
    node = own.entries.get(key)
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return None
    if not isinstance(node, ScalarNode):
        raise NoExpressionError(f"`{key}` is no text")
    return node.text


def literal(text: str) -> str:
    """A text as an operand."""
    if "{" in text or "\\" in text or not text.isprintable():
        raise NoExpressionError(f"`{text[:60]}` is an expression or has special characters")
    return "'" + text.replace("'", "\\'") + "'"


def required_text(own: MapNode, key: str) -> str:
    """The text of a property that must be there."""
    text = text_of(own, key)
    if text is None:
        raise NoExpressionError(f"`{key}` is missing")
    return text


def required(own: MapNode, key: str) -> str:
    """A property that must be there, as an operand."""
    return literal(required_text(own, key))


def comparison_of(own: MapNode) -> str:
    """How a namespace is compared: EQUALS, PREFIX or SUFFIX."""
    given = text_of(own, "comparison")
    if given is None:
        prefix = own.entries.get("prefix")
        return "PREFIX" if prefix is not None and is_truthy(plain(prefix)) else "EQUALS"
    if given not in _COMPARISONS:
        raise NoExpressionError(f"`comparison: {given[:60]}` is none")
    return given


def states_of(own: MapNode, key: str) -> Sequence[str] | None:
    """The newest names of a list of states; absent: there is none."""
    node = own.entries.get(key)
    if node is None:
        return None
    states = plain(node)
    if not isinstance(states, list) or not all(state in SPELLINGS for state in states):
        raise NoExpressionError(f"`{key}` is no list of states")
    return [state_name(state) for state in states]


def moment_operand(text: str) -> str:
    """Operand for a date, whether or not it has an offset."""
    inner = printed(text)
    return inner if inner is not None else literal(text)


def day_operand(own: MapNode) -> str:
    """Operand for the date of a condition, where functions for days take it."""
    text = text_of(own, "date")
    if text is None:
        return "trigger.date"
    inner = printed(text)
    if inner is not None and _ZONED.fullmatch(inner):
        return inner
    try:
        found = parse_iso(text)
    except ExpressionError as error:
        raise NoExpressionError(f"the date `{text[:60]}` may lack an offset") from error
    if isinstance(found, datetime) and found.tzinfo is None:
        raise NoExpressionError(f"the date `{text[:60]}` lacks an offset")
    return literal(text)
