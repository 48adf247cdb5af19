"""What a flow trigger asks of the executions of other flows: `preconditions` and `dependsOn`.

They are no types that a flow could name; the reader makes conditions of these types of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.conditions.contract import (
    ConditionError,
    ConditionType,
    Observed,
    Subject,
    observed,
)
from lanner_coordinator.flow.conditions.execution import has_labels, names, wanted_labels
from lanner_coordinator.flow.expression import DEFAULT_LIMITS, is_truthy
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.types.schemas import record

DEPENDENCY = "lanner.condition.Dependency"
"""An execution of a flow: `namespace`, `flowId`, `states`, `labels`, `when`."""

WHEN = "lanner.condition.When"
"""The expression of a trigger's `when`: `expression`."""

WHERE = "lanner.condition.Where"
"""Filters over an execution: `operand` and `filters` of `field`, `type`, `value`, `values`."""


def _is_when(condition: Condition, subject: Subject) -> bool:
    return is_truthy(subject.when(condition.properties["expression"]))


def _is_dependency(condition: Condition, subject: Subject) -> bool:
    execution = observed(condition, subject)
    wanted = condition.properties
    if wanted.get("namespace") not in (None, execution.namespace):
        return False
    if wanted.get("flowId") not in (None, execution.flow_id):
        return False
    if wanted.get("states") and execution.state not in names(wanted["states"]):
        return False
    if not has_labels(execution, wanted_labels(wanted.get("labels"))):
        return False
    return "when" not in wanted or is_truthy(subject.when(wanted["when"]))


def _is_where(condition: Condition, subject: Subject) -> bool:
    filters = condition.properties.get("filters")
    execution = observed(condition, subject)
    answers = (
        _passes(one, execution, subject)
        for one in (filters if isinstance(filters, Sequence) else ())
        if isinstance(one, Mapping)
    )
    return any(answers) if condition.properties.get("operand") == "OR" else all(answers)


def _passes(one: Mapping[str, object], execution: Observed, subject: Subject) -> bool:
    found = _field(one, execution, subject)
    kind = str(one.get("type"))
    if kind in ("IS_NULL", "IS_NOT_NULL"):
        return (found is None) is (kind == "IS_NULL")
    if kind in ("IS_TRUE", "IS_FALSE"):
        return is_truthy(found) is (kind == "IS_TRUE")
    given = one.get("values")
    values = [str(value) for value in given] if isinstance(given, Sequence) else []
    return _compares(kind, str(found), str(one.get("value")), values)


def _field(one: Mapping[str, object], execution: Observed, subject: Subject) -> object:
    match one.get("field"):
        case "FLOW_ID":
            return execution.flow_id
        case "NAMESPACE":
            return execution.namespace
        case "STATE":
            return execution.state
        case _:
            return subject.render(one.get("value"))


def _compares(kind: str, found: str, value: str, values: Sequence[str]) -> bool:
    match kind:
        case "EQUAL_TO":
            return found == value
        case "NOT_EQUAL_TO":
            return found != value
        case "IN":
            return found in values
        case "NOT_IN":
            return found not in values
        case "STARTS_WITH":
            return found.startswith(value)
        case "ENDS_WITH":
            return found.endswith(value)
        case "CONTAINS":
            return value in found
        case "REGEX":
            # Not `re`: a pattern may take ages, and here time is limited.
            return Regex(rf"\A(?:{value})\z", Budget(DEFAULT_LIMITS)).finds(found)
        case _:
            raise ConditionError(f"there is no filter `{kind}`")


TYPES = (
    ConditionType(
        name=WHEN,
        description="An expression.",
        schema=record(),
        holds=_is_when,
    ),
    ConditionType(
        name=DEPENDENCY,
        description="An execution of another flow.",
        schema=record(),
        holds=_is_dependency,
        fits_schedules=False,
    ),
    ConditionType(
        name=WHERE,
        description="Filters over an execution of another flow.",
        schema=record(),
        holds=_is_where,
        fits_schedules=False,
    ),
)
"""What the reader makes of `preconditions` and `dependsOn`."""
