"""`core.execution.Exit`: a task that ends its execution at once."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import NativeResult, NativeType, failed, shown
from lanner_coordinator.flow.types.schemas import one_of, record

_STATES = ("SUCCESS", "WARNING", "KILLED", "FAILED", "CANCELLED")


def _exit(properties: Mapping[str, object]) -> NativeResult:
    state = shown(properties.get("state")) or "SUCCESS"
    if state == "CANCELED":
        state = "CANCELLED"
    if state not in _STATES:
        return failed(f"The state `{state}` is unknown; it must be one of {', '.join(_STATES)}")
    return NativeResult(state=state, is_exit=True)


EXIT = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.Exit",
        kind=TaskKind.NATIVE,
        description="End the execution at once, in a state of your choice.",
        properties_schema=record(
            state=one_of(
                "State in which the execution ends.", (*_STATES, "CANCELED"), default="SUCCESS"
            )
        ),
        examples=(
            "id: nothing_to_do\n"
            "type: io.kestra.plugin.core.execution.Exit\n"
            'runIf: "{{ outputs.load.size == 0 }}"\n'
            "state: WARNING\n",
        ),
    ),
    run=_exit,
)

TYPES = (EXIT,)
