from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.memory import MemoryStore
from tests.support.stage import flow_of, flowable, native, stage, states


async def test_a_pause_ends_by_its_date_also_after_a_restart_of_the_coordinator() -> None:
    flow = flow_of(flowable("p", "Pause", native("a"), pauseDuration="PT1H"), native("b"))
    async with MemoryStore() as store:
        async with stage(flow, store=store) as on:
            await on.create()
            assert states(on.execution()) == {"p": "PAUSED"}
            assert on.execution().state is State.PAUSED
        async with stage(flow, store=store) as on:
            on.clock.advance(timedelta(hours=2))
            on.executor.wake_timers()

            execution = await on.ended()

    assert states(execution) == {"p": "SUCCESS", "a": "SUCCESS", "b": "SUCCESS"}


async def test_a_sleep_takes_its_time_and_no_agent() -> None:
    flow = flow_of(native("nap", "flow.Sleep", duration="PT30M"), native("b"))
    async with stage(flow) as on:
        await on.create()
        assert states(on.execution()) == {"nap": "RUNNING"}
        on.clock.advance(timedelta(minutes=30))
        on.executor.wake_timers()

        execution = await on.ended()

        assert states(execution) == {"nap": "SUCCESS", "b": "SUCCESS"}
        assert await on.lines() == ["Waiting for PT30M", "b"]


async def test_a_loop_runs_until_its_condition_holds() -> None:
    loop = flowable(
        "loop",
        "LoopUntil",
        native("count", "debug.Return", format="{{ outputs.loop.iterationCount }}"),
        condition="{{ outputs.count.value == '2' }}",
        checkFrequency={"interval": "PT{{ 1 + 1 }}S"},
    )
    async with stage(flow_of(loop)) as on:
        await on.create()
        on.clock.advance(timedelta(seconds=3))
        on.executor.wake_timers()

        execution = await on.ended()

        assert states(execution) == {"loop": "SUCCESS", "count": "SUCCESS"}
        assert execution.task_runs["E1-1"].outputs == {"iterationCount": 2}


@pytest.mark.parametrize("given", ["-PT5S", "PT0S"])
async def test_a_timeout_that_is_no_time_once_rendered_fails_its_task(given: str) -> None:
    late = replace(native("late"), timeout="{{ '" + given + "' }}")
    async with stage(flow_of(late)) as on:
        await on.create()

        execution = await on.ended()

        assert states(execution) == {"late": "FAILED"}
        assert f"`timeout` must be longer than nothing, but is `{given}`" in str(await on.lines())
