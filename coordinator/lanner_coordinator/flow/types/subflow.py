"""`core.flow.Subflow`: a task that is another execution. Its work is done by the runtime."""

from __future__ import annotations

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.schemas import (
    PREFIX,
    Schema,
    any_map,
    boolean,
    one_of,
    record,
    text,
)

SUBFLOW_TYPE = f"{PREFIX}core.flow.Subflow"
"""Canonical name of the type."""

CHILD_EXPRESSIONS = {SUBFLOW_TYPE: ("outputs",)}
"""Properties whose expressions see the child execution, by type."""

_LABELS: Schema = {
    "description": "Labels of the child: a map, or a list of `key` and `value`.",
    "anyOf": [
        any_map("Values by key."),
        {"type": "array", "items": record(key=text("Key."), value=text("Value."))},
        {"type": "string", "description": "An expression that gives either."},
    ],
}


def child_properties() -> dict[str, Schema]:
    """What all types have that start executions."""
    return {
        "namespace": text("Namespace of the flow to run."),
        "flowId": text("Flow to run."),
        "revision": {
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}],
            "description": "Revision of the flow; absent: the current one.",
        },
        "inputs": any_map("Inputs of the child."),
        "labels": _LABELS,
        "inheritLabels": boolean("The child gets the labels of this execution too."),
        "wait": boolean("The task ends when the child has ended.", default=True),
        "transmitFailed": boolean("The task ends as the child does.", default=True),
        "scheduleDate": text("The child starts at this date; absent: at once."),
        "restartBehavior": one_of(
            "What a restart of this execution does to the child.",
            ("RETRY_FAILED", "NEW_EXECUTION"),
            default="RETRY_FAILED",
        ),
    }


SUBFLOW = TypeDescription(
    name=SUBFLOW_TYPE,
    kind=TaskKind.SUBFLOW,
    description="Run another flow, and wait for it unless told otherwise.",
    properties_schema=record(
        ["namespace", "flowId"],
        **child_properties(),
        outputs={
            **any_map(
                "Outputs taken of the child, where its flow has no `outputs`: expressions that "
                "see the child."
            ),
            "deprecated": True,
        },
    ),
    outputs_schema=record(
        executionId=text("The child."),
        state=text("State in which it ended."),
        outputs=any_map("Outputs of its flow."),
    ),
    examples=(
        "id: load\n"
        "type: io.kestra.plugin.core.flow.Subflow\n"
        "namespace: company.team\n"
        "flowId: load\n"
        "inputs:\n"
        '  day: "{{ trigger.date }}"\n',
    ),
)

TYPES = (SUBFLOW,)
