"""Parents whose children are retried as new executions."""

from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.flow.model import Retry, RetryBehavior, RetryType
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import CountedIds
from tests.support.stage import flow_of, native, stage, states
from tests.unit.subflows.flows import child_of, subflow

AGAIN = Retry(
    type=RetryType.CONSTANT,
    interval=timedelta(seconds=5),
    max_attempts=2,
    behavior=RetryBehavior.CREATE_NEW_EXECUTION,
)


async def test_a_parent_waits_for_the_execution_in_the_place_of_its_child() -> None:
    clock = FakeClock()
    child = child_of(native("work", "execution.Fail"), retry=AGAIN)
    flow = flow_of(subflow("call", "child"))
    async with stage(flow, children=[child], ids=CountedIds(), clock=clock) as on:
        await on.create()
        first = await on.ended("X0001")
        live = on.executor.live("E1")
        assert live is not None

        async def is_told() -> bool:
            return live.execution.task_runs["E1-1"].outputs["executionId"] != "X0001"

        await eventually(is_told)
        clock.advance(AGAIN.interval)
        on.executor.wake_timers()

        parent = await on.ended("E1")

    call = parent.task_runs["E1-1"]
    assert first.state == "RETRIED"
    assert states(parent) == {"call": "FAILED"}
    assert len(call.attempts) == 1
    assert call.outputs["executionId"] != "X0001"
    assert f"execution {call.outputs['executionId']} ended FAILED" in parent.error
