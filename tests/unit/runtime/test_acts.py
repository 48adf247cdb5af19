from __future__ import annotations

import asyncio

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import ArchivedExecution
from tests.support.services_stage import Services, flow_source, services
from tests.support.stage_agent import StageAgent


async def failed(on: Services, agent: StageAgent) -> str:
    """An execution whose task failed on an agent."""
    execution_id = await on.create()
    await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
    await on.ended(execution_id)
    return execution_id


async def test_a_retried_execution_goes_on_with_the_same_id() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await failed(on, agent)

        summary = await on.retry(execution_id)
        await agent.finish((await agent.assignment()).attempt_id)

        assert (summary.id, summary.state, summary.attempt_number) == (
            execution_id,
            State.RUNNING,
            2,
        )
        assert (await on.ended(execution_id)).state is State.SUCCESS


async def test_a_retry_uses_the_revision_that_failed_also_after_the_flow_was_deleted() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await failed(on, agent)
        await on.apply(flow_source(task="log"))
        await on.editor.delete("company", "nightly", by="moist")

        assert (await on.retry(execution_id)).flow_revision == 1


async def test_what_ended_well_is_not_retried() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()

        with pytest.raises(NotAllowed, match=r"nothing in it failed \(SUCCESS\)"):
            await on.retry(execution_id)


async def test_what_has_not_ended_is_not_retried() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        with pytest.raises(NotAllowed, match=r"it has not ended \(RUNNING\)"):
            await on.retry(execution_id)


async def test_of_two_retries_at_once_one_is_refused() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await failed(on, agent)

        answers = await asyncio.gather(
            on.retry(execution_id), on.retry(execution_id), return_exceptions=True
        )

        assert [type(answer).__name__ for answer in answers] == ["ExecutionSummary", "NotAllowed"]


class SlowReads(MemoryStore):
    """A store whose reads take a moment, as those of a disk do."""

    async def execution(self, execution_id: str) -> ArchivedExecution | None:
        archived = await super().execution(execution_id)
        for _ in range(10):
            await asyncio.sleep(0)
        return archived


async def test_retries_at_once_never_go_back_to_an_older_end() -> None:
    async with SlowReads() as store, services(store=store) as on:
        await on.apply(flow_source(task="fail"))
        execution_id = await on.create()

        first, second = await asyncio.gather(on.retry(execution_id), on.retry(execution_id))

        assert (first.attempt_number, second.attempt_number) == (2, 3)


async def test_a_retry_after_a_retry_begins_with_what_the_last_one_left() -> None:
    async with services() as on:
        await on.apply(flow_source(task="fail"))
        execution_id = await on.create()

        counts = [(await on.retry(execution_id)).attempt_number for _ in range(3)]

        assert counts == [2, 3, 4]
        assert (await on.ended(execution_id)).attempt_number == 4


async def test_a_retried_execution_is_live_after_a_restart() -> None:
    async with MemoryStore() as store:
        async with services(store=store) as before:
            await before.apply(flow_source())
            execution_id = await failed(before, await before.agent())
            await before.retry(execution_id)
        async with services(store=store) as after:
            live = after.executor.live(execution_id)

            assert live is not None
            assert live.execution.attempt_number == 2


async def test_a_killed_execution_ends_killed_with_the_reason_in_its_log() -> None:
    async with services() as on:
        await on.apply(flow_source())
        execution_id = await on.create()

        await on.kill(execution_id)

        assert (await on.ended(execution_id)).state is State.KILLED
        assert await on.core.lines(execution_id) == ["killed by moist: enough"]


async def test_what_has_ended_is_not_killed() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()

        with pytest.raises(NotAllowed, match=r"cannot be killed: it has already ended \(SUCCESS\)"):
            await on.kill(execution_id)


async def test_acts_on_what_is_not_there_are_refused() -> None:
    async with services() as on:
        with pytest.raises(NotFound, match='no execution has the id "X9999"'):
            await on.retry("X9999")
        with pytest.raises(NotFound, match='no execution has the id "X9999"'):
            await on.kill("X9999")
