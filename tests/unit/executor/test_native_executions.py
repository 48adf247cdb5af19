from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lanner_coordinator.engine.events import KillRequested
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, InputType, Retry, RetryType, Task, TaskKind
from lanner_coordinator.runtime.errors import AlreadyThere, NotFound
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.fake_clock import FakeClock
from tests.support.stage import CORE, flow_of, flowable, native, script, stage, states


async def test_a_chain_of_native_tasks_is_one_commit() -> None:
    store = MemoryStore()
    tasks = [native(f"t{number}") for number in range(40)]
    async with store, stage(flow_of(*tasks), store=store) as on:
        await on.create()

        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert store.commit_count == 1
        assert await store.journal() == []


class _SlowStore(MemoryStore):
    """Each commit takes 7 ms of a fake clock."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    async def commit(self, commit: Commit) -> None:
        self._clock.advance(timedelta(milliseconds=7))
        await super().commit(commit)


async def test_the_executor_knows_how_long_its_newest_commit_took() -> None:
    clock = FakeClock()
    store = _SlowStore(clock)
    async with store, stage(flow_of(native("only")), store=store, clock=clock) as on:
        assert on.executor.last_commit == timedelta(0)
        await on.create()

        took_ms = on.executor.last_commit / timedelta(milliseconds=1)

        assert took_ms == pytest.approx(7)


async def test_outputs_of_a_task_are_seen_by_the_next_one() -> None:
    flow = flow_of(
        native("first", "debug.Return", format="hello"),
        native("second", message="{{ outputs.first.value }} {{ execution.id }}"),
    )
    async with stage(flow) as on:
        await on.create()
        await on.ended()

        assert await on.lines() == ["hello E1"]


async def test_a_text_that_cannot_be_rendered_fails_its_task_with_the_reason() -> None:
    async with stage(flow_of(native("broken", message="{{ outputs.nobody.value }}"))) as on:
        await on.create()

        execution = await on.ended()

        assert execution.state is State.FAILED
        assert execution.failed_task_id == "broken"
        assert "nobody" in execution.error
        assert any("nobody" in line for line in await on.lines())


async def test_a_condition_chooses_the_branch() -> None:
    choice = Task(
        id="choice",
        type=f"{CORE}flow.If",
        kind=TaskKind.FLOWABLE,
        properties={"condition": "{{ outputs.first.value == 'yes' }}"},
        branches={"then": (native("then"),), "else": (native("else"),)},
    )
    async with stage(flow_of(native("first", "debug.Return", format="yes"), choice)) as on:
        await on.create()

        execution = await on.ended()

        assert states(execution) == {
            "first": State.SUCCESS,
            "choice": State.SUCCESS,
            "then": State.SUCCESS,
        }


async def test_a_loop_gives_each_value_to_its_children() -> None:
    loop = flowable(
        "each", "ForEach", native("say", message="{{ taskrun.value }}"), values='["a", "b"]'
    )
    async with stage(flow_of(loop)) as on:
        await on.create()
        await on.ended()

        assert await on.lines() == ["a", "b"]


async def test_flow_outputs_are_evaluated_at_the_end() -> None:
    flow = flow_of(
        native("first", "debug.Return", format="7"),
        outputs=[FlowOutput(id="n", type=InputType.INT, value="{{ outputs.first.value }}")],
    )
    async with stage(flow) as on:
        await on.create()

        assert (await on.ended()).outputs == {"n": 7}


async def test_a_flow_output_that_cannot_be_rendered_fails_the_execution() -> None:
    flow = flow_of(
        native("first"),
        outputs=[FlowOutput(id="n", type=InputType.STRING, value="{{ outputs.none.value }}")],
    )
    async with stage(flow) as on:
        await on.create()

        assert (await on.ended()).state is State.FAILED


async def test_a_secret_is_masked_in_the_log() -> None:
    flow = flow_of(native("leak", message="password {{ secret('DB') }} {{ secret('DB') | upper }}"))
    async with stage(flow, environment={"SECRET_DB": "aHVudGVyMg=="}) as on:
        await on.create()
        await on.ended()

        assert await on.lines() == ["password ******** ********"]


async def test_a_failed_native_task_is_tried_again_when_its_time_comes() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=10), max_attempts=2)
    failing = Task(id="fail", type=f"{CORE}execution.Fail", kind=TaskKind.NATIVE, retry=retry)
    async with stage(flow_of(failing)) as on:
        await on.create()
        live = on.executor.live("E1")
        assert live is not None
        assert states(live.execution) == {"fail": State.RETRYING}

        on.clock.advance(timedelta(seconds=11))
        on.executor.wake_timers()
        execution = await on.ended()

        assert execution.state is State.FAILED
        assert [
            attempt.number for run in execution.task_runs.values() for attempt in run.attempts
        ] == [
            1,
            2,
        ]


async def test_an_execution_that_is_asked_for_later_waits() -> None:
    async with stage(flow_of(native("a"))) as on:
        at = on.clock.now() + timedelta(hours=1)
        await on.executor.create(on.created(schedule_at=at), on.plans.plan)
        live = on.executor.live("E1")
        assert live is not None
        assert live.execution.state is State.CREATED

        on.clock.advance(timedelta(hours=1))
        on.executor.wake_timers()

        assert (await on.ended()).state is State.SUCCESS


async def test_the_same_execution_is_not_created_twice() -> None:
    async with stage(flow_of(script("wait"))) as on:
        await on.create()

        with pytest.raises(AlreadyThere):
            await on.create()


async def test_killing_what_is_not_live_is_refused() -> None:
    async with stage(flow_of(native("a"))) as on:
        event = KillRequested(by="moist")

        with pytest.raises(NotFound):
            await on.executor.submit("E9", on.application.kill("E9", event))


async def test_a_waiting_execution_is_killed_at_once() -> None:
    async with stage(flow_of(script("wait"), native("never"))) as on:
        await on.create()
        event = KillRequested(by="moist", reason="enough")
        await on.executor.submit("E1", on.application.kill("E1", event))

        execution = await on.ended()

        assert execution.state is State.KILLED
        assert states(execution) == {"wait": State.KILLED}
        assert await on.lines() == ["killed by moist: enough"]


async def test_many_executions_share_commits() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(native("a")), store=store) as on:
        async with asyncio.TaskGroup() as tasks:
            for number in range(200):
                tasks.create_task(on.create(f"E{number}"))

        assert store.commit_count < 20
