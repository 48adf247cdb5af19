from __future__ import annotations

from lanner_coordinator.flow.model import Condition, Listener
from tests.support.stage import flow_of, native, stage, states

STATUS = "io.kestra.plugin.core.condition.ExecutionStatus"
EXPRESSION = "io.kestra.plugin.core.condition.Expression"


def when(kind: str, task_id: str, **properties: object) -> Listener:
    return Listener(
        tasks=(native(task_id),), conditions=(Condition(type=kind, properties=properties),)
    )


async def test_listeners_run_when_their_conditions_hold_for_the_ended_execution() -> None:
    flow = flow_of(
        native("work"),
        listeners=[
            when(STATUS, "failed", **{"in": ["FAILED"]}),
            when(STATUS, "good", **{"in": ["SUCCESS"]}),
            when(EXPRESSION, "broken", expression="{{ nobody.knows }}"),
            Listener(tasks=(native("always"),)),
        ],
    )
    async with stage(flow) as on:
        await on.create()

        execution = await on.ended()

        assert list(states(execution)) == ["work", "good", "always"]
        assert any("listener 3 does not run" in line for line in await on.lines())
