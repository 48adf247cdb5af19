from __future__ import annotations

from lanner_coordinator.flow.policies import Sla, SlaBehavior
from tests.support.stage import flow_of, native, stage, states


def promise(assertion: str, behavior: SlaBehavior = SlaBehavior.CANCEL) -> Sla:
    return Sla(id="good", behavior=behavior, assertion=assertion, labels={"sla": "missed"})


async def test_an_assertion_about_outputs_stops_the_execution_before_the_next_task() -> None:
    assertion = "{{ (outputs.first.value ?? 'none') != 'bad' }}"
    flow = flow_of(
        native("first", "debug.Return", format="bad"), native("second"), sla=[promise(assertion)]
    )
    async with stage(flow) as on:
        await on.create()

        execution = await on.ended()

        assert execution.state == "CANCELLED"
        assert execution.labels["sla"] == "missed"
        assert states(execution)["first"] == "SUCCESS"


async def test_an_assertion_that_cannot_be_evaluated_is_logged_once_and_breaks_nothing() -> None:
    flow = flow_of(native("a"), native("b"), sla=[promise("{{ outputs.nobody.value }}")])
    async with stage(flow) as on:
        await on.create()

        execution = await on.ended()

        assert execution.state == "SUCCESS"
        complaints = [line for line in await on.lines() if "assertion" in line]
        assert len(complaints) == 1
