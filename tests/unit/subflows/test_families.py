"""Parents and children through kills, restarts and deaths of the coordinator."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from lanner_coordinator.engine.events import KillRequested
from lanner_coordinator.engine.execution import restore
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.store.memory import MemoryStore
from tests.support.fake_clock import FakeClock
from tests.support.mortal_store import MortalStore
from tests.support.services_stage import CountedIds, services
from tests.support.stage import flow_of, flowable, stage, states
from tests.unit.subflows.flows import child_of, flaky, subflow

CHILD_OF_A_SCRIPT = """
id: child
namespace: company
tasks:
  - {id: work, type: scripts.shell.Script, script: 'true'}
"""

PARENT = """
id: nightly
namespace: company
tasks:
  - {id: call, type: core.flow.Subflow, namespace: company, flowId: child}
  - {id: after, type: core.log.Log, message: done}
"""


async def test_a_kill_travels_to_the_child_and_its_end_to_the_parent() -> None:
    flow = flow_of(subflow("call", "child"))
    async with stage(flow, children=[child_of(flaky("work", 3600))], ids=CountedIds()) as on:
        await on.create()
        kill = on.application.kill("E1", KillRequested(by="moist"))
        await on.executor.submit("E1", kill)

        parent, child = await on.ended("E1"), await on.ended("X0001")

        assert states(parent) == {"call": State.KILLED}
        assert (parent.state, child.state) == (State.KILLED, State.KILLED)


async def test_a_second_kill_ends_the_finally_of_the_child_too() -> None:
    child = child_of(flaky("work", 3600), finally_tasks=(flaky("tidy", 3600),))
    async with stage(flow_of(subflow("call", "child")), children=[child], ids=CountedIds()) as on:
        await on.create()
        kill = on.application.kill("E1", KillRequested(by="moist"))
        await on.executor.submit("E1", kill)
        assert on.executor.live("X0001") is not None
        await on.executor.submit("E1", kill)

        parent, ran = await on.ended("E1"), await on.ended("X0001")

        assert (parent.state, ran.state) == (State.KILLED, State.KILLED)


async def test_a_restarted_parent_restarts_its_failed_child() -> None:
    async with services() as on:
        await on.apply(CHILD_OF_A_SCRIPT, PARENT)
        agent = await on.agent()
        parent_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(parent_id)

        await on.retry(parent_id)
        again = await agent.assignment()
        await agent.finish(again.attempt_id)
        await on.ended(parent_id)

        parent = await on.execution(parent_id)
        child_ids = [
            attempt.children.ids
            for attempt in parent.task_runs[f"{parent_id}-1"].attempts
            if attempt.children
        ]
        assert child_ids == [["X0002"], ["X0002"]]
        assert again.attempt_id == "X0002-1.2"
        assert parent.state is State.SUCCESS
        assert len(await on.all_summaries()) == 2


async def test_a_restarted_parent_hears_of_a_child_that_ends_at_once() -> None:
    child = """
id: child
namespace: company
tasks:
  - {id: work, type: core.log.Log, message: "{{ 1 / taskrun.attemptsCount }}"}
"""
    async with services() as on:
        await on.apply(child, PARENT)
        parent_id = await on.create()
        assert (await on.ended(parent_id)).state is State.FAILED

        await on.retry(parent_id)

        assert (await on.ended(parent_id)).state is State.SUCCESS
        assert (await on.ended("X0002")).state is State.SUCCESS


async def test_a_parent_may_ask_for_a_new_child_at_a_restart() -> None:
    source = PARENT.replace("flowId: child", "flowId: child, restartBehavior: NEW_EXECUTION")
    async with services() as on:
        await on.apply(CHILD_OF_A_SCRIPT, source)
        agent = await on.agent()
        parent_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(parent_id)

        await on.retry(parent_id)
        await agent.finish((await agent.assignment()).attempt_id)
        await on.ended(parent_id)

        assert len(await on.all_summaries()) == 3


async def test_a_restarted_parent_takes_what_a_child_has_come_to_meanwhile() -> None:
    async with services() as on:
        await on.apply(CHILD_OF_A_SCRIPT, PARENT)
        agent = await on.agent()
        parent_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(parent_id)
        await on.retry("X0002")
        await agent.finish((await agent.assignment()).attempt_id)
        await on.ended("X0002")

        await on.retry(parent_id)

        assert (await on.ended(parent_id)).state is State.SUCCESS


async def test_a_restarted_parent_joins_a_child_that_somebody_restarted() -> None:
    async with services() as on:
        await on.apply(CHILD_OF_A_SCRIPT, PARENT)
        agent = await on.agent()
        parent_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(parent_id)
        await on.retry("X0002")
        running = await agent.assignment()

        await on.retry(parent_id)
        await on.settle()
        await agent.finish(running.attempt_id)

        assert (await on.ended(parent_id)).state is State.SUCCESS


def family_flow() -> tuple[Flow, Flow]:
    """Three children at once, each with waits of its own, and waits before and after them."""
    child = child_of(flaky("first", 1), flaky("second", 2))
    calls = [subflow(f"call{number}", "child") for number in range(3)]
    return flow_of(flaky("before"), flowable("all", "Parallel", *calls), flaky("after")), child


@pytest.mark.parametrize("seed", range(40))
async def test_every_attempt_has_one_child_however_often_the_coordinator_dies(seed: int) -> None:
    chance, clock, ids = random.Random(seed), FakeClock(), CountedIds()
    flow, child = family_flow()
    store = MortalStore(seed)
    async with store:
        store.live(1_000)
        async with stage(flow, store=store, children=[child], ids=ids, clock=clock) as on:
            await on.create()
        for _ in range(60):
            store.live(chance.randint(1, 5))
            async with stage(flow, store=store, children=[child], ids=ids, clock=clock) as on:
                for _ in range(40):
                    clock.advance(timedelta(seconds=0.5))
                    on.executor.wake_timers()
                    for _ in range(chance.randint(5, 30)):
                        await asyncio.sleep(0)
                    if store.is_dead:
                        break
            if await store.execution("E1") is not None:
                break

        archived = await store.execution("E1")
        assert archived is not None
        parent = restore(archived.snapshot)
        assert parent.state is State.SUCCESS
        known = [
            child_id
            for run in parent.task_runs.values()
            for attempt in run.attempts
            if attempt.children
            for child_id in attempt.children.ids
        ]
        assert len(known) == 3
        assert await store.execution_ids("X", limit=100) == sorted(known)
        assert await store.journal() == []


async def test_a_child_that_ended_while_nobody_could_tell_is_found() -> None:
    flow, child = flow_of(subflow("call", "child")), child_of(flaky("work", 3600))
    clock, store = FakeClock(), MemoryStore()
    async with store:
        async with stage(flow, store=store, children=[child], ids=CountedIds(), clock=clock) as on:
            await on.create()
        async with stage(flow, store=store, children=[child], clock=clock) as on:
            on.executor.entries.pop("E1")
            clock.advance(timedelta(hours=1))
            await on.ended("X0001")

        async with stage(flow, store=store, children=[child], clock=clock) as on:
            assert (await on.ended("E1")).state is State.SUCCESS


async def test_a_parent_whose_child_is_gone_fails() -> None:
    flow, child = flow_of(subflow("call", "child")), child_of(flaky("work", 3600))
    store = MemoryStore()
    async with store:
        async with stage(flow, store=store, children=[child], ids=CountedIds()) as on:
            await on.create()
        async with stage(flow, store=store, children=[child]) as on:
            on.executor.entries.pop("X0001")

            parent = await on.ended("E1")

        assert parent.error == "execution X0001 does not exist any more"
