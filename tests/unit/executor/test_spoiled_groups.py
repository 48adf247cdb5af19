from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Never

import pytest

from lanner_coordinator.engine.decide import decide
from lanner_coordinator.engine.events import KillRequested
from lanner_coordinator.engine.execution import snapshot
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.transitions import ForbiddenTransition
from lanner_coordinator.runtime.group import Group, LiveEntry
from lanner_coordinator.runtime.recovery import refold
from lanner_coordinator.store.memory import MemoryStore
from tests.support.stage import Stage, flow_of, script, stage
from tests.support.stage_agent import connected

KILL = KillRequested(by="someone")


def half_done(on: Stage) -> Callable[[LiveEntry | None, Group], None]:
    """Work that changes an execution and then meets a rule that is wrong."""

    def work(entry: LiveEntry | None, group: Group) -> None:
        assert entry is not None
        on.application.feed(entry, KILL, group)
        decide(entry.live, KILL, group.now)
        raise ForbiddenTransition("task run", State.KILLED, State.CREATED)

    return work


async def test_an_event_that_a_wrong_rule_breaks_changes_nothing() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(script("work")), store=store) as on:
        await on.create()
        before = snapshot(on.execution())

        with pytest.raises(ForbiddenTransition):
            await on.executor.submit("E1", half_done(on))

        assert snapshot(on.execution()) == before
        entry = on.executor.entries["E1"]
        await refold(store, entry)
        assert snapshot(entry.live.execution) == before


async def test_others_in_the_same_group_do_not_notice() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(script("work")), store=store) as on:
        await on.create()
        await on.create("F")

        async with asyncio.TaskGroup() as tasks:
            broken = tasks.create_task(_refused(on))
            kill = on.application.kill("F", KILL)
            tasks.create_task(on.executor.submit("F", kill))
            tasks.create_task(on.create("G"))

        assert broken.result()
        assert on.executor.live("E1") is not None
        assert (await on.ended("F")).state is State.KILLED
        assert on.executor.live("G") is not None


async def test_an_execution_goes_on_after_an_event_that_broke() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(script("work")), store=store) as on:
        await on.create()
        await _refused(on)

        await on.executor.submit("E1", on.application.kill("E1", KILL))

        assert (await on.ended()).state is State.KILLED


async def test_live_executions_are_counted_by_state() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(script("work")), store=store) as on:
        await on.create()
        await on.create("F")
        counts = on.executor.counts
        assert (counts.total, counts.counts.get(State.RUNNING)) == (2, 2)

        await on.executor.submit("E1", on.application.kill("E1", KILL))
        await on.ended()

        assert (counts.total, counts.counts.get(State.RUNNING)) == (1, 1)


async def _refused(on: Stage) -> bool:
    try:
        await on.executor.submit("E1", half_done(on))
    except ForbiddenTransition:
        return True
    return False


async def test_a_property_that_no_message_can_hold_fails_its_attempt() -> None:
    odd = {"env": {"KEY": object()}}
    async with stage(flow_of(replace(script("work"), properties=odd))) as on:
        await connected(on)
        await on.create()

        execution = await on.ended()

        assert execution.state is State.FAILED
        assert 'task "work"' in (await on.lines())[0]


async def test_an_attempt_that_cannot_be_given_to_an_agent_is_not_given_out_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> Never:
        raise RuntimeError("nobody foresaw it")

    async with stage(flow_of(script("work"))) as on:
        # No flow is known that makes it fail: what it foresees is a failure of its own.
        monkeypatch.setattr(on.rendering, "assignment", broken)
        await connected(on)
        await on.create()

        execution = await on.ended()

        assert execution.state is State.FAILED
        assert await on.lines() == [
            'task "work": an error inside the coordinator; its log tells more'
        ]
