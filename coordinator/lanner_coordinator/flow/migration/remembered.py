"""Says a `MultipleCondition` as `preconditions`, which remember the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.conditions.table import MULTIPLE
from lanner_coordinator.flow.migration.operands import (
    NoExpressionError,
    comparison_of,
    literal,
    map_of,
    name_of,
    required_text,
    states_of,
    text_of,
    type_of,
)
from lanner_coordinator.flow.nodes import MapNode, ScalarNode

_PLAIN = re.compile(r"[A-Za-z][\w.-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_COMPARISONS = {"EQUALS": "EQUAL_TO", "PREFIX": "STARTS_WITH", "SUFFIX": "ENDS_WITH"}
_WINDOW_KEYS = ("window", "windowAdvance")


def is_multiple(node: MapNode) -> bool:
    """Whether a condition is a MultipleCondition."""
    return name_of(node) == MULTIPLE


def preconditions_of(own: MapNode) -> Sequence[str]:
    """The lines of the value of `preconditions`, each a key with its value in one line.

    Raises:
        NoExpressionError: They cannot ask for the same.
    """
    lines = [f"id: {_scalar(text_of(own, 'id') or '')}"]
    window = _window(own)
    if window:
        lines.append(f"timeWindow: {_record(window)}")
    resets = own.entries.get("resetOnSuccess")
    if resets is not None:
        lines.append(f"resetOnSuccess: {_value(resets)}")
    flows, wheres = _parts(own)
    if flows:
        lines.append(f"flows: [{', '.join(flows)}]")
    if wheres:
        lines.append(f"where: [{', '.join(wheres)}]")
    return lines


def _parts(own: MapNode) -> tuple[Sequence[str], Sequence[str]]:
    conditions = own.entries.get("conditions")
    if not isinstance(conditions, MapNode) or not conditions.entries:
        raise NoExpressionError("its `conditions` are no map")
    flows, wheres = [], []
    for name, node in conditions.entries.items():
        one = map_of(node)
        kind = type_of(one)
        if kind == f"{CONDITION_PREFIX}ExecutionFlow":
            flows.append(_record({key: _text(one, key) for key in ("namespace", "flowId")}))
        else:
            filters = f"[{', '.join(_filters(one, kind))}]"
            wheres.append(f"{{id: {_scalar(name)}, filters: {filters}}}")
    return flows, wheres


def _filters(one: MapNode, kind: str) -> Sequence[str]:
    if kind == f"{CONDITION_PREFIX}ExecutionNamespace":
        compared = {"type": _COMPARISONS[comparison_of(one)], "value": _text(one, "namespace")}
        return [_record({"field": "NAMESPACE", **compared})]
    if kind == f"{CONDITION_PREFIX}ExecutionStatus":
        return _states(one)
    name = kind.rpartition(".")[2]
    raise NoExpressionError(f"`preconditions` have no filter that means the same as `{name}`")


def _states(one: MapNode) -> Sequence[str]:
    filters = []
    for key, comparison in (("in", "IN"), ("notIn", "NOT_IN")):
        states = states_of(one, key)
        if states is not None:
            names = ", ".join(states)
            filters.append(f"{{field: STATE, type: {comparison}, values: [{names}]}}")
    if not filters:
        raise NoExpressionError("an `ExecutionStatus` has neither `in` nor `notIn`")
    return filters


def _window(own: MapNode) -> Mapping[str, str]:
    given = own.entries.get("timeWindow")
    if given is None:
        return {key: _value(own.entries[key]) for key in _WINDOW_KEYS if key in own.entries}
    if any(key in own.entries for key in _WINDOW_KEYS):
        raise NoExpressionError("`timeWindow` stands beside `window`")
    if not isinstance(given, MapNode):
        raise NoExpressionError("`timeWindow` is no map")
    return {key: _value(node) for key, node in given.entries.items()}


def _text(one: MapNode, key: str) -> str:
    text = required_text(one, key)
    literal(text)
    return _scalar(text)


def _value(node: object) -> str:
    if not isinstance(node, ScalarNode):
        raise NoExpressionError("a value is no text")
    is_plain = not isinstance(node.value, str) and node.value is not None
    return node.text if is_plain and re.fullmatch(r"[\w.]+", node.text) else _scalar(node.text)


def _scalar(text: str) -> str:
    """A text as a scalar in a map in one line."""
    if not text.isprintable():
        raise NoExpressionError("a text has special characters")
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _record(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
