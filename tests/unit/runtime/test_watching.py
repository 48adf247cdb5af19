from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.executions.watching import Moment
from tests.support.services_stage import Services, flow_source, services


@dataclass(frozen=True)
class Seen:
    state: State
    run_states: list[State] | None
    has_ended: bool


def seen(moment: Moment) -> Seen:
    runs = moment.view.execution.task_runs
    states = None
    if moment.run_ids is not None:
        states = [runs[run_id].state for run_id in moment.run_ids]
    return Seen(moment.view.execution.state, states, moment.has_ended)


def watch(on: Services, execution_id: str) -> AsyncGenerator[Seen, None]:
    return on.watching.watch(execution_id, seen)


async def test_a_watch_begins_with_the_whole_execution_and_ends_with_it() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await on.create()
        async with aclosing(watch(on, execution_id)) as moments:
            first = await anext(moments)
            await agent.finish((await agent.assignment()).attempt_id)
            rest = [moment async for moment in moments]

        assert first == Seen(State.RUNNING, None, has_ended=False)
        assert rest[-1].state is State.SUCCESS
        assert rest[-1].has_ended
        assert [moment.has_ended for moment in rest[:-1]] == [False] * (len(rest) - 1)


async def test_a_slow_watcher_gets_what_changed_at_once_and_the_last_state() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await on.create()
        async with aclosing(watch(on, execution_id)) as moments:
            await anext(moments)
            await agent.finish((await agent.assignment()).attempt_id)
            await on.ended(execution_id)

            assert await anext(moments) == Seen(State.SUCCESS, [State.SUCCESS], has_ended=True)


async def test_a_watch_of_an_ended_execution_is_one_message() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()

        assert [moment async for moment in watch(on, execution_id)] == [
            Seen(State.SUCCESS, None, has_ended=True)
        ]


async def test_a_restart_during_a_watch_gives_the_whole_execution_again() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await on.create()
        async with aclosing(watch(on, execution_id)) as moments:
            await anext(moments)
            await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
            await on.ended(execution_id)
            await on.retry(execution_id)

            again = await anext(moments)

        assert again == Seen(State.RUNNING, None, has_ended=False)


async def test_a_watch_of_nobody_is_refused() -> None:
    async with services() as on:
        with pytest.raises(NotFound):
            await anext(watch(on, "X9"))


async def test_watchers_that_go_away_leave_nothing_behind() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()
        async with aclosing(watch(on, execution_id)) as moments:
            await anext(moments)
        async with aclosing(on.watching.watch_list(on.lists.filter_of(""))) as changes:
            await anext(changes)

        assert not on.core.hub.has_list_watchers


async def test_a_watched_list_tells_what_matches_in_its_newest_state() -> None:
    async with services() as on:
        await on.apply(flow_source("logs", task="log"), flow_source())
        where = on.lists.filter_of("flow:logs")
        async with aclosing(on.watching.watch_list(where)) as changes:
            assert await anext(changes) == ()
            await on.create("nightly")
            created = [await on.create("logs") for _ in range(3)]

            changed = await anext(changes)

        assert [(row.id, row.state) for row in changed] == [
            (execution_id, State.SUCCESS) for execution_id in created
        ]


@pytest.mark.looptime
async def test_a_watched_list_gives_at_most_four_messages_a_second() -> None:
    loop = asyncio.get_running_loop()
    async with services() as on:
        await on.apply(flow_source("logs", task="log"))
        dates = []
        async with aclosing(on.watching.watch_list(on.lists.filter_of(""))) as changes:
            await anext(changes)
            for _ in range(5):
                await on.create("logs")
                await anext(changes)
                dates.append(loop.time())

        assert dates[-1] - dates[0] >= 0.99
