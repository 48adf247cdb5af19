"""`core.execution.*`: tasks that fail, check or label their execution."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import (
    FAILED,
    SUCCESS,
    NativeMetric,
    NativeResult,
    NativeType,
    failed,
    shown,
)
from lanner_coordinator.flow.types.schemas import any_map, record, text

SYSTEM_LABEL = "system."
"""Start of the labels that only the coordinator sets."""


def _fail(properties: Mapping[str, object]) -> NativeResult:
    if "condition" in properties and not is_truthy(properties["condition"]):
        return NativeResult()
    return failed(shown(properties.get("errorMessage")) or "Task failure")


def _assert(properties: Mapping[str, object]) -> NativeResult:
    given = properties.get("conditions") or ()
    conditions = given if isinstance(given, list | tuple) else [given]
    failures = [number for number, one in enumerate(conditions, start=1) if not is_truthy(one)]
    metrics = (
        NativeMetric(name="failed", type="counter", value=len(failures)),
        NativeMetric(name="success", type="counter", value=len(conditions) - len(failures)),
    )
    if not failures:
        return NativeResult(metrics=metrics)
    numbers = ", ".join(str(number) for number in failures)
    default = f"Of {len(conditions)} conditions, these do not hold: {numbers}"
    message = shown(properties.get("errorMessage")) or default
    return NativeResult(state=FAILED, error=message, metrics=metrics)


def _labels(properties: Mapping[str, object]) -> NativeResult:
    try:
        labels = label_pairs(properties.get("labels"))
    except ValueError as error:
        return failed(str(error))
    for key, value in labels.items():
        if not key or not value:
            return failed(f"The label `{key}` must have a key and a value")
        if key.startswith(SYSTEM_LABEL):
            return failed(f"`{key}` is a system label, which only Lanner itself sets")
    return NativeResult(state=SUCCESS, labels=labels)


def label_pairs(given: object) -> dict[str, str]:
    """Labels of a map, of a list of `key` and `value`, or of the JSON text of one of them."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise ValueError(f"The labels `{given}` are no JSON list or map") from None
    if isinstance(given, Mapping):
        return {shown(key): shown(value) for key, value in given.items()}
    if not isinstance(given, list | tuple):
        raise ValueError("`labels` must be a map, or a list of `key` and `value`")
    pairs = {}
    for one in given:
        if not isinstance(one, Mapping) or one.get("key") is None or one.get("value") is None:
            raise ValueError("Each label of a list needs a `key` and a `value`")
        pairs[shown(one["key"])] = shown(one["value"])
    return pairs


FAIL = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.Fail",
        kind=TaskKind.NATIVE,
        description="Fail, always or when a condition holds.",
        properties_schema=record(
            condition=text("Fails only if it is true once rendered; absent: always."),
            errorMessage={
                "type": "string", "description": "Why it failed.", "default": "Task failure"
            },
        ),
        examples=(
            "id: too_few\n"
            "type: io.kestra.plugin.core.execution.Fail\n"
            'condition: "{{ outputs.load.size < 10 }}"\n',
        ),
    ),
    run=_fail,
)  # fmt: skip

ASSERT = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.Assert",
        kind=TaskKind.NATIVE,
        description="Fail unless all conditions hold.",
        properties_schema=record(
            ["conditions"],
            conditions={
                "type": "array",
                "items": {"type": "string"},
                "description": "Expressions that must be true.",
            },
            errorMessage=text("Why it failed."),
        ),
        examples=(
            "id: check\n"
            "type: io.kestra.plugin.core.execution.Assert\n"
            "conditions:\n"
            '  - "{{ outputs.load.size > 0 }}"\n',
        ),
    ),
    run=_assert,
)

LABELS = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.Labels",
        kind=TaskKind.NATIVE,
        description="Add labels to the execution; those with a known key are replaced.",
        properties_schema=record(
            ["labels"],
            labels={
                "description": "A map, or a list of `key` and `value`.",
                "anyOf": [
                    any_map("Values by key."),
                    {
                        "type": "array",
                        "items": record(key=text("Key."), value=text("Value.")),
                    },
                    {"type": "string", "description": "An expression that gives either."},
                ],
            },
        ),
        examples=(
            "id: label\n"
            "type: io.kestra.plugin.core.execution.Labels\n"
            "labels:\n"
            '  rows: "{{ outputs.load.size }}"\n',
        ),
    ),
    run=_labels,
)

TYPES = (FAIL, ASSERT, LABELS)
