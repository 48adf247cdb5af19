"""Says the conditions of a trigger as one expression, where it means exactly the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.conditions.execution import wanted_labels
from lanner_coordinator.flow.conditions.logic import EXPRESSION
from lanner_coordinator.flow.conditions.table import condition_type
from lanner_coordinator.flow.expression import ExpressionError, is_truthy, references
from lanner_coordinator.flow.expression.java.date_parse import parse_iso
from lanner_coordinator.flow.migration.truths import gives_a_boolean
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode, plain
from lanner_coordinator.flow.state_names import SPELLINGS, state_name

_PRINTED = re.compile(r"\s*\{\{-?((?:(?!\}\}|\{\{).)*?)-?\}\}\s*", re.DOTALL)
_ZONED = re.compile(r"(?:trigger|schedule)\.(?:date|next|previous)|now\(\)")
_LABEL_KEY = re.compile(r"[^.'\\\s{}]+")
_DIFFERENT = frozenset(
    {"flow", "vars", "namespace", "flowId", "state", "labels", "outputs", "hasRetryAttempt"}
)
"""Variables that are others in `when` of a Flow trigger than in its conditions."""
_LOOKING_AROUND = frozenset({"render", "renderOnce", "printContext", "fetchContext"})
"""Functions that may read any variable."""


class NoExpressionError(ValueError):
    """There is no expression that means the same; with a reason."""


def when_of(conditions: ListNode, *, of_flow_trigger: bool) -> str:
    """The text for `when` that holds exactly where all of the conditions do.

    Args:
        conditions: A trigger's list.
        of_flow_trigger: Whether they look at the execution of another flow.

    Raises:
        NoExpressionError: There is none.
    """
    if not conditions.items:
        raise NoExpressionError("the list is empty")
    if len(conditions.items) == 1:
        only = _map(conditions.items[0])
        if _type_of(only) == EXPRESSION:
            return _expression_text(only, of_flow_trigger=of_flow_trigger)
    parts = [_predicate(one, of_flow_trigger=of_flow_trigger) for one in conditions.items]
    return f"{{{{ {_joined(parts, 'and')} }}}}"


def _predicate(node: Node, *, of_flow_trigger: bool) -> str:
    own = _map(node)
    name = _type_of(own)
    if name == EXPRESSION:
        return _boolean_expression(own, of_flow_trigger=of_flow_trigger)
    if name == _OUTPUTS:
        inner = _boolean_expression(own, of_flow_trigger=of_flow_trigger)
        return f"(trigger.outputs is not empty and {inner})"
    if name in _JOINED:
        inner_node = own.entries.get("conditions")
        items = inner_node.items if isinstance(inner_node, ListNode) else ()
        if not items:
            raise NoExpressionError("it has no conditions in it")
        parts = [_predicate(one, of_flow_trigger=of_flow_trigger) for one in items]
        joined = _joined(parts, "or")
        return f"not ({joined})" if name == _NOT else f"({joined})"
    say = _SENTENCES.get(name)
    if say is None:
        raise NoExpressionError(f"no expression means the same as `{name.rpartition('.')[2]}`")
    return say(own)


def _boolean_expression(own: MapNode, *, of_flow_trigger: bool) -> str:
    text = _expression_text(own, of_flow_trigger=of_flow_trigger)
    inner = _printed(text)
    if inner is None or not gives_a_boolean(text):
        raise NoExpressionError("an expression among other conditions may give more than a boolean")
    return f"({inner})"


def _joined(parts: Sequence[str], word: str) -> str:
    return f" {word} ".join(parts)


def _map(node: Node) -> MapNode:
    if not isinstance(node, MapNode):
        raise NoExpressionError("a condition is no map")
    return node


def _type_of(own: MapNode) -> str:
    node = own.entries.get("type")
    known = condition_type(node.text) if isinstance(node, ScalarNode) else None
    if known is None:
        raise NoExpressionError("a condition has an unknown type")
    return known.name


def _expression_text(own: MapNode, *, of_flow_trigger: bool) -> str:
    node = own.entries.get("expression")
    if not isinstance(node, ScalarNode):
        raise NoExpressionError("an `Expression` has no text")
    read = references(node.text)
    if of_flow_trigger and (read.roots & _DIFFERENT or read.functions & _LOOKING_AROUND):
        names = ", ".join(f"`{name}`" for name in sorted(read.roots & _DIFFERENT))
        raise NoExpressionError(
            f"the expression reads {names or 'variables by name'}, which `when` of a Flow trigger"
            " takes from the other flow"
        )
    return node.text


def _printed(text: str) -> str | None:
    """The expression of a text that is nothing else."""
    found = _PRINTED.fullmatch(text)
    return found.group(1).strip() if found else None


def _text(own: MapNode, key: str) -> str | None:
    node = own.entries.get(key)
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return None
    if not isinstance(node, ScalarNode):
        raise NoExpressionError(f"`{key}` is no text")
    return node.text


def _literal(text: str) -> str:
    if "{" in text or "\\" in text or not text.isprintable():
        raise NoExpressionError(f"`{text[:60]}` is an expression or has special characters")
    return "'" + text.replace("'", "\\'") + "'"


def _required(own: MapNode, key: str) -> str:
    text = _text(own, key)
    if text is None:
        raise NoExpressionError(f"`{key}` is missing")
    return _literal(text)


def _moment(text: str) -> str:
    """Operand for a date, whether or not it has an offset."""
    inner = _printed(text)
    return inner if inner is not None else _literal(text)


def _day(own: MapNode) -> str:
    """Operand for the date of a condition, where functions for days take it."""
    text = _text(own, "date")
    if text is None:
        return "trigger.date"
    inner = _printed(text)
    if inner is not None and _ZONED.fullmatch(inner):
        return inner
    try:
        found = parse_iso(text)
    except ExpressionError as error:
        raise NoExpressionError(f"the date `{text[:60]}` may lack an offset") from error
    if isinstance(found, datetime) and found.tzinfo is None:
        raise NoExpressionError(f"the date `{text[:60]}` lacks an offset")
    return _literal(text)


def _date_time_between(own: MapNode) -> str:
    date = _text(own, "date")
    operand = "trigger.date" if date is None else _moment(date)
    parts = []
    for key, function in (("after", "isDateAfter"), ("before", "isDateBefore")):
        bound = _text(own, key)
        if bound is not None:
            parts.append(f"{function}({operand}, {_moment(bound)})")
    if not parts:
        raise NoExpressionError("it has no bound")
    return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]


def _day_week(own: MapNode) -> str:
    return f"dayOfWeek({_day(own)}) == {_required(own, 'dayOfWeek').upper()}"


def _day_week_in_month(own: MapNode) -> str:
    wanted = f"{_required(own, 'dayOfWeek')}, {_required(own, 'dayInMonth')}"
    return f"isDayWeekInMonth({_day(own)}, {wanted})"


def _weekend(own: MapNode) -> str:
    return f"isWeekend({_day(own)})"


def _public_holiday(own: MapNode) -> str:
    part = "" if _text(own, "subDivision") is None else f", {_required(own, 'subDivision')}"
    return f"isPublicHoliday({_day(own)}, {_required(own, 'country')}{part})"


def _execution_flow(own: MapNode) -> str:
    namespace, flow_id = _required(own, "namespace"), _required(own, "flowId")
    return f"(namespace == {namespace} and flowId == {flow_id})"


def _execution_namespace(own: MapNode) -> str:
    wanted = _required(own, "namespace")
    comparison = _text(own, "comparison")
    if comparison is None:
        prefix = own.entries.get("prefix")
        comparison = "PREFIX" if prefix is not None and is_truthy(plain(prefix)) else "EQUALS"
    filters = {"PREFIX": "startsWith", "SUFFIX": "endsWith"}
    if comparison in filters:
        return f"(namespace | {filters[comparison]}({wanted}))"
    if comparison != "EQUALS":
        raise NoExpressionError(f"`comparison: {comparison[:60]}` is none")
    return f"namespace == {wanted}"


def _execution_status(own: MapNode) -> str:
    parts = []
    for key, word in (("in", "in"), ("notIn", "not in")):
        node = own.entries.get(key)
        if node is None:
            continue
        items = plain(node)
        if not isinstance(items, list) or not all(one in SPELLINGS for one in items):
            raise NoExpressionError(f"`{key}` is no list of states")
        names = ", ".join(f"'{state_name(one)}'" for one in items)
        parts.append(f"state {word} [{names}]")
    if not parts:
        raise NoExpressionError("it has neither `in` nor `notIn`")
    return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]


def _execution_labels(own: MapNode) -> str:
    node = own.entries.get("labels")
    labels = wanted_labels(plain(node)) if node is not None else {}
    if not labels or not all(_LABEL_KEY.fullmatch(key) for key in labels):
        raise NoExpressionError("a label has dots or special characters in its key")
    parts = [f"(labels['{key}'] ?? null) == {_literal(text)}" for key, text in labels.items()]
    return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]


def _has_retry_attempt(own: MapNode) -> str:
    if "in" in own.entries or "notIn" in own.entries:
        raise NoExpressionError("`hasRetryAttempt` does not look at the states of attempts")
    return "hasRetryAttempt"


_NOT = f"{CONDITION_PREFIX}Not"
_OUTPUTS = f"{CONDITION_PREFIX}ExecutionOutputs"
_JOINED = frozenset({_NOT, f"{CONDITION_PREFIX}Or"})
_SENTENCES: Mapping[str, Callable[[MapNode], str]] = MappingProxyType(
    {
        f"{CONDITION_PREFIX}{name}": say
        for name, say in (
            ("DateTimeBetween", _date_time_between),
            ("DayWeek", _day_week),
            ("DayWeekInMonth", _day_week_in_month),
            ("Weekend", _weekend),
            ("PublicHoliday", _public_holiday),
            ("ExecutionFlow", _execution_flow),
            ("ExecutionNamespace", _execution_namespace),
            ("ExecutionStatus", _execution_status),
            ("ExecutionLabels", _execution_labels),
            ("HasRetryAttempt", _has_retry_attempt),
        )
    }
)
