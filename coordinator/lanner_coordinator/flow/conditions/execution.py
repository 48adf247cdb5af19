"""Conditions on the execution that a flow trigger looks at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.conditions.contract import (
    CONDITION_PREFIX,
    ConditionError,
    ConditionType,
    Observed,
    Subject,
    observed,
)
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.state_names import SPELLINGS, state_name
from lanner_coordinator.flow.types.schemas import Schema, boolean, one_of, record, text

COMPARISONS = ("EQUALS", "PREFIX", "SUFFIX")
"""How namespaces are compared."""


def _listed(whose: str) -> Mapping[str, Schema]:
    states: Schema = {"type": "array", "items": {"enum": list(SPELLINGS)}}
    return {
        "in": {**states, "description": f"States of {whose} to react to."},
        "notIn": {**states, "description": f"States of {whose} not to react to."},
    }


def _text(condition: Condition, subject: Subject, key: str) -> str:
    return str(subject.render(condition.properties[key]))


def names(value: object) -> Sequence[str]:
    """States of a list, which may be written as JSON text.

    Raises:
        ConditionError: It is no list.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ConditionError(f"`{value}` is no list of states") from error
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ConditionError(f"`{value}` is no list of states")
    return [state_name(one) for one in value]


def wanted_labels(value: object) -> Mapping[str, str]:
    """Labels that are written as a map, or as a list of `key` and `value`."""
    if isinstance(value, Mapping):
        return {str(key): _label_text(one) for key, one in value.items()}
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return {
        str(one.get("key")): _label_text(one.get("value"))
        for one in items
        if isinstance(one, Mapping)
    }


def has_labels(execution: Observed, labels: Mapping[str, str]) -> bool:
    """Whether an execution has all of these labels."""
    return all(execution.labels.get(key) == value for key, value in labels.items())


def _label_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_flow(condition: Condition, subject: Subject) -> bool:
    execution = observed(condition, subject)
    return execution.namespace == _text(condition, subject, "namespace") and (
        execution.flow_id == _text(condition, subject, "flowId")
    )


def _is_own_flow(condition: Condition, subject: Subject) -> bool:
    return subject.namespace == _text(condition, subject, "namespace") and (
        subject.flow_id == _text(condition, subject, "flowId")
    )


def _is_namespace(condition: Condition, subject: Subject) -> bool:
    return _compares(observed(condition, subject).namespace, condition, subject)


def _is_own_namespace(condition: Condition, subject: Subject) -> bool:
    return _compares(subject.namespace, condition, subject)


def _compares(namespace: str, condition: Condition, subject: Subject) -> bool:
    wanted = _text(condition, subject, "namespace")
    match comparison_of(condition):
        case "PREFIX":
            return namespace.startswith(wanted)
        case "SUFFIX":
            return namespace.endswith(wanted)
        case _:
            return namespace == wanted


def comparison_of(condition: Condition) -> str:
    """How a condition compares namespaces; `comparison` counts more than `prefix`."""
    comparison = condition.properties.get("comparison")
    if comparison is not None:
        return str(comparison)
    return "PREFIX" if is_truthy(condition.properties.get("prefix")) else "EQUALS"


def _has_status(condition: Condition, subject: Subject) -> bool:
    state = state_name(observed(condition, subject).state)
    return _is_listed(state, condition, subject)


def _is_listed(state: str, condition: Condition, subject: Subject) -> bool:
    wanted, unwanted = (subject.render(condition.properties.get(key)) for key in ("in", "notIn"))
    if wanted is not None and state not in names(wanted):
        return False
    return unwanted is None or state not in names(unwanted)


def _has_labels(condition: Condition, subject: Subject) -> bool:
    labels = wanted_labels(subject.render(condition.properties["labels"]))
    return has_labels(observed(condition, subject), labels)


def _has_outputs(condition: Condition, subject: Subject) -> bool:
    if not observed(condition, subject).outputs:
        return False
    return is_truthy(subject.render(condition.properties["expression"]))


def _has_retry(condition: Condition, subject: Subject) -> bool:
    return any(
        _is_listed(state_name(state), condition, subject)
        for states in observed(condition, subject).attempt_states
        if len(states) > 1
        for state in states
    )


_NAMESPACE = record(
    ["namespace"],
    namespace=text("The namespace, or the part of it."),
    comparison=one_of("How it is compared.", COMPARISONS, default="EQUALS"),
    prefix=boolean("Short for `comparison: PREFIX`."),
)
_FLOW = record(
    ["namespace", "flowId"], namespace=text("Namespace of the flow."), flowId=text("Its id.")
)

TYPES = (
    ConditionType(
        name=f"{CONDITION_PREFIX}ExecutionFlow",
        description="The execution is one of a certain flow.",
        schema=_FLOW,
        holds=_is_flow,
        fits_schedules=False,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}FlowCondition",
        description="The trigger's own flow is a certain flow.",
        schema=_FLOW,
        holds=_is_own_flow,
        deprecated="Use `ExecutionFlow`.",
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}ExecutionNamespace",
        description="The execution is one of a flow in a certain namespace.",
        schema=_NAMESPACE,
        holds=_is_namespace,
        fits_schedules=False,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}FlowNamespaceCondition",
        description="The trigger's own flow is in a certain namespace.",
        schema=_NAMESPACE,
        holds=_is_own_namespace,
        deprecated="Use `ExecutionNamespace`.",
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}ExecutionStatus",
        description="The state of the execution is listed, or not listed.",
        schema=record((), **_listed("the execution")),
        holds=_has_status,
        fits_schedules=False,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}ExecutionLabels",
        description="The execution has all of these labels.",
        schema=record(
            ["labels"],
            labels={
                "anyOf": [
                    {"type": "object"},
                    {
                        "type": "array",
                        "items": record(["key", "value"], key=text("Key."), value={}),
                    },
                ],
                "description": "Labels as a map, or as a list of `key` and `value`.",
            },
        ),
        holds=_has_labels,
        fits_schedules=False,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}ExecutionOutputs",
        description="The execution's flow has outputs, and an expression over them holds.",
        schema=record(["expression"], expression=text("Over `trigger.outputs`.")),
        holds=_has_outputs,
        fits_schedules=False,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}HasRetryAttempt",
        description="A task of the execution was tried more than once.",
        schema=record((), **_listed("an attempt")),
        holds=_has_retry,
        fits_schedules=False,
    ),
)
"""Conditions on executions."""
