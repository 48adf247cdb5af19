"""`core.trigger.Toggle`: a task that enables or disables a trigger."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import (
    NativeResult,
    NativeType,
    Toggle,
    failed,
    shown,
)
from lanner_coordinator.flow.types.schemas import boolean, record, text


def _toggle(properties: Mapping[str, object]) -> NativeResult:
    trigger_id = shown(properties.get("trigger"))
    if not trigger_id:
        return failed("`trigger` is empty")
    toggle = Toggle(
        namespace=shown(properties.get("namespace")),
        flow_id=shown(properties.get("flowId")),
        trigger_id=trigger_id,
        is_enabled=is_truthy(properties.get("enabled", False)),
    )
    return NativeResult(toggles=(toggle,))


TOGGLE = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.trigger.Toggle",
        kind=TaskKind.NATIVE,
        description="Enable or disable a trigger, until somebody says otherwise.",
        properties_schema=record(
            ["trigger"],
            trigger=text("Id of the trigger."),
            flowId=text("Id of its flow; absent: this one."),
            namespace=text("Namespace of its flow; absent: this one."),
            enabled=boolean("Whether it is enabled."),
        ),
        examples=(
            "id: stop\ntype: io.kestra.plugin.core.trigger.Toggle\n"
            "trigger: every_morning\nenabled: false\n",
        ),
    ),
    run=_toggle,
)

TYPES = (TOGGLE,)
