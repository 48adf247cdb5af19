"""Says the conditions of a trigger as one expression, where it means exactly the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.conditions.execution import wanted_labels
from lanner_coordinator.flow.conditions.logic import EXPRESSION
from lanner_coordinator.flow.expression import references
from lanner_coordinator.flow.migration.operands import (
    NoExpressionError,
    comparison_of,
    day_operand,
    literal,
    map_of,
    moment_operand,
    printed,
    required,
    states_of,
    text_of,
    type_of,
)
from lanner_coordinator.flow.migration.times_of_day import TIME_BETWEEN, time_between
from lanner_coordinator.flow.migration.truths import gives_a_boolean
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode, plain

_LABEL_KEY = re.compile(r"[^.'\\\s{}]+")
_DIFFERENT = frozenset(
    {"flow", "vars", "namespace", "flowId", "state", "labels", "outputs", "hasRetryAttempt"}
)
"""Variables that are others in `when` of a Flow trigger than in its conditions."""
_LOOKING_AROUND = frozenset({"render", "renderOnce", "printContext", "fetchContext"})
"""Functions that may read any variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a trigger says besides its conditions.

    Attributes:
        is_flow_trigger: Whether they look at the execution of another flow.
        timezone: Name of the zone of the trigger's dates; empty: it is not told.
    """

    is_flow_trigger: bool = False
    timezone: str = ""


def when_of(conditions: ListNode, *, around: Around) -> str:
    """The text for `when` that holds exactly where all of the conditions do.

    Args:
        conditions: A trigger's list.
        around: What the trigger says besides.

    Raises:
        NoExpressionError: There is none.
    """
    if not conditions.items:
        raise NoExpressionError("the list is empty")
    if len(conditions.items) == 1:
        only = map_of(conditions.items[0])
        if type_of(only) == EXPRESSION:
            return _expression_text(only, around=around)
    parts = [_predicate(one, around=around) for one in conditions.items]
    return f"{{{{ {_joined(parts, 'and')} }}}}"


def _predicate(node: Node, *, around: Around) -> str:
    own = map_of(node)
    name = type_of(own)
    if name == EXPRESSION:
        return _boolean_expression(own, around=around)
    if name == _OUTPUTS:
        inner = _boolean_expression(own, around=around)
        return f"(trigger.outputs is not empty and {inner})"
    if name in _JOINED:
        inner_node = own.entries.get("conditions")
        items = inner_node.items if isinstance(inner_node, ListNode) else ()
        if not items:
            raise NoExpressionError("it has no conditions in it")
        parts = [_predicate(one, around=around) for one in items]
        joined = _joined(parts, "or")
        return f"not ({joined})" if name == _NOT else f"({joined})"
    if name == TIME_BETWEEN:
        return time_between(own, around.timezone)
    say = _SENTENCES.get(name)
    if say is None:
        raise NoExpressionError(f"no expression means the same as `{name.rpartition('.')[2]}`")
    return say(own)


def _boolean_expression(own: MapNode, *, around: Around) -> str:
    text = _expression_text(own, around=around)
    inner = printed(text)
    if inner is None or not gives_a_boolean(text):
        raise NoExpressionError("an expression among other conditions may give more than a boolean")
    return f"({inner})"


def _joined(parts: Sequence[str], word: str) -> str:
    return f" {word} ".join(parts)


def _expression_text(own: MapNode, *, around: Around) -> str:
    node = own.entries.get("expression")
    if not isinstance(node, ScalarNode):
        raise NoExpressionError("an `Expression` has no text")
    read = references(node.text)
    if around.is_flow_trigger and (read.roots & _DIFFERENT or read.functions & _LOOKING_AROUND):
        names = ", ".join(f"`{name}`" for name in sorted(read.roots & _DIFFERENT))
        raise NoExpressionError(
            f"the expression reads {names or 'variables by name'}, which `when` of a Flow trigger"
            " takes from the other flow"
        )
    return node.text


def _date_time_between(own: MapNode) -> str:
    date = text_of(own, "date")
    operand = "trigger.date" if date is None else moment_operand(date)
    parts = []
    for key, function in (("after", "isDateAfter"), ("before", "isDateBefore")):
        bound = text_of(own, key)
        if bound is not None:
            parts.append(f"{function}({operand}, {moment_operand(bound)})")
    if not parts:
        raise NoExpressionError("it has no bound")
    return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]


def _day_week(own: MapNode) -> str:
    return f"dayOfWeek({day_operand(own)}) == {required(own, 'dayOfWeek').upper()}"


def _day_week_in_month(own: MapNode) -> str:
    wanted = f"{required(own, 'dayOfWeek')}, {required(own, 'dayInMonth')}"
    return f"isDayWeekInMonth({day_operand(own)}, {wanted})"


def _weekend(own: MapNode) -> str:
    return f"isWeekend({day_operand(own)})"


def _public_holiday(own: MapNode) -> str:
    part = "" if text_of(own, "subDivision") is None else f", {required(own, 'subDivision')}"
    return f"isPublicHoliday({day_operand(own)}, {required(own, 'country')}{part})"


def _execution_flow(own: MapNode) -> str:
    namespace, flow_id = required(own, "namespace"), required(own, "flowId")
    return f"(namespace == {namespace} and flowId == {flow_id})"


def _execution_namespace(own: MapNode) -> str:
    wanted = required(own, "namespace")
    filters = {"PREFIX": "startsWith", "SUFFIX": "endsWith"}
    comparison = comparison_of(own)
    if comparison in filters:
        return f"(namespace | {filters[comparison]}({wanted}))"
    return f"namespace == {wanted}"


def _execution_status(own: MapNode) -> str:
    parts = []
    for key, word in (("in", "in"), ("notIn", "not in")):
        states = states_of(own, key)
        if states is not None:
            names = ", ".join(f"'{one}'" for one in states)
            parts.append(f"state {word} [{names}]")
    if not parts:
        raise NoExpressionError("it has neither `in` nor `notIn`")
    return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]


def _execution_labels(own: MapNode) -> str:
    node = own.entries.get("labels")
    labels = wanted_labels(plain(node)) if node is not None else {}
    if not labels or not all(_LABEL_KEY.fullmatch(key) for key in labels):
        raise NoExpressionError("a label has dots or special characters in its key")
    parts = [f"(labels['{key}'] ?? null) == {literal(text)}" for key, text in labels.items()]
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
