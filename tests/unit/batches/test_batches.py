from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.batches.batches import NewBatch
from lanner_coordinator.runtime.batches.selection import NOT_THERE, PreviewGroup, Selection
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.wishes import Details
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import CountedIds, Services, flow_source, services
from tests.support.stage_agent import StageAgent

FAILED = Selection(filter_text="state:FAILED")


class FullStore(MemoryStore):
    """A store whose disk is full when a test says so."""

    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


async def failed(on: Services, count: int) -> tuple[list[str], StageAgent]:
    """Executions whose task failed on an agent, which can run it again."""
    await on.apply(flow_source())
    agent = await on.agent()
    ids = []
    for _ in range(count):
        ids.append(await on.create())
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(ids[-1])
    return ids, agent


def retry(**wanted: object) -> NewBatch:
    fields: dict[str, object] = {"selection": FAILED, "by": "moist", "reason": "again"}
    return NewBatch(act=Act.RETRY, **(fields | wanted))  # type: ignore[arg-type]  # fields of the test


async def done(on: Services, batch_id: str) -> BatchRecord:
    """The batch, once it is over."""

    async def look() -> BatchRecord | None:
        record = await on.batches.get(batch_id)
        return record if record.ended_at is not None else None

    record = await eventually(look)
    assert record is not None
    return record


async def items(on: Services, batch_id: str) -> list[BatchItemRecord]:
    found, _ = await on.batches.items(batch_id, None, limit=100, offset=0)
    return list(found)


def counts(record: BatchRecord) -> dict[str, int]:
    return {outcome.value: count for outcome, count in record.counts.items() if count}


async def test_a_retry_counts_how_the_retried_executions_end() -> None:
    async with services() as on:
        ids, agent = await failed(on, 2)
        batch = await on.batches.create(retry())
        await agent.finish((await agent.assignment()).attempt_id)
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck again")

        record = await done(on, batch.id)

        assert record.status is BatchStatus.ENDED
        assert counts(record) == {"SUCCEEDED": 1, "FAILED": 1}
        assert [
            (one.execution_id, one.outcome, one.message) for one in await items(on, batch.id)
        ] == [
            (ids[0], BatchOutcome.SUCCEEDED, ""),
            (ids[1], BatchOutcome.FAILED, "it ended FAILED: no luck again"),
        ]
        assert "restarted by moist: again" in await on.core.lines(ids[0])


async def test_a_batch_keeps_no_more_running_than_it_may() -> None:
    async with services() as on:
        _, agent = await failed(on, 5)
        batch = await on.batches.create(retry(max_parallel=2))
        most = 0
        for _ in range(5):
            assignment = await agent.assignment()
            await on.settle()
            record = await on.batches.get(batch.id)
            most = max(most, record.counts[BatchOutcome.RUNNING], len(on.executor.entries))
            await agent.finish(assignment.attempt_id)

        record = await done(on, batch.id)

        assert most == 2
        assert counts(record) == {"SUCCEEDED": 5}


async def test_executions_that_end_at_once_are_counted_too() -> None:
    async with services() as on:
        await on.apply(flow_source(task="fail"))
        for _ in range(30):
            await on.create()

        record = await done(on, (await on.batches.create(retry(max_parallel=3))).id)

        assert counts(record) == {"FAILED": 30}


async def test_a_kill_succeeds_where_the_execution_ends_killed() -> None:
    async with services() as on:
        await on.apply(flow_source())
        ids = [await on.create() for _ in range(3)]

        batch = await on.batches.create(
            NewBatch(act=Act.KILL, selection=Selection(filter_text="state:RUNNING"), by="moist")
        )

        assert counts(await done(on, batch.id)) == {"SUCCEEDED": 3}
        assert (await on.ended(ids[0])).state is State.KILLED


async def test_what_the_state_does_not_allow_is_refused_with_the_reason() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        execution_id = await on.create()
        selection = Selection(execution_ids=[execution_id, "X9999", execution_id])

        batch = await on.batches.create(retry(selection=selection))

        assert counts(await done(on, batch.id)) == {"REFUSED": 2}
        first, second = await items(on, batch.id)
        assert "nothing in it failed (SUCCESS)" in first.message
        assert second.message == 'no execution has the id "X9999"'


async def test_the_executions_are_frozen_when_the_batch_is_made() -> None:
    async with services() as on:
        ids, agent = await failed(on, 2)
        batch = await on.batches.create(retry(max_parallel=1))
        await on.apply(flow_source("other", task="fail"))
        await on.create("other")
        for _ in range(2):
            await agent.finish((await agent.assignment()).attempt_id)

        await done(on, batch.id)

        assert [one.execution_id for one in await items(on, batch.id)] == ids


async def test_a_preview_groups_by_state_and_answer() -> None:
    async with services() as on:
        await on.apply(flow_source("bad", task="fail"), flow_source("good", task="log"))
        await on.apply(flow_source())
        for flow_id in ("bad", "bad", "good", "nightly"):
            await on.create(flow_id)

        groups = await on.batches.preview(Act.RETRY, Selection())
        of_ids = await on.batches.preview(Act.KILL, Selection(execution_ids=["X0004", "X9"]))

        assert list(groups) == [
            PreviewGroup(state=State.FAILED, count=2, reason=""),
            PreviewGroup(
                state=State.SUCCESS,
                count=1,
                reason="No task found to restart, nothing in it failed (SUCCESS)",
            ),
            PreviewGroup(state=State.RUNNING, count=1, reason="it has not ended (RUNNING)"),
        ]
        assert list(of_ids) == [
            PreviewGroup(state=State.RUNNING, count=1, reason=""),
            PreviewGroup(state=None, count=1, reason=NOT_THERE),
        ]


async def test_a_paused_batch_starts_nothing_more_until_it_goes_on() -> None:
    async with services() as on:
        _, agent = await failed(on, 2)
        batch = await on.batches.create(retry(max_parallel=1))
        assignment = await agent.assignment()
        await on.batches.control(batch.id, BatchStatus.PAUSED)
        await agent.finish(assignment.attempt_id)
        await on.settle()
        paused = await on.batches.get(batch.id)
        assert (paused.status, counts(paused)) == (
            BatchStatus.PAUSED,
            {"SUCCEEDED": 1, "WAITING": 1},
        )

        await on.batches.control(batch.id, BatchStatus.RUNNING)
        await agent.finish((await agent.assignment()).attempt_id)

        assert counts(await done(on, batch.id)) == {"SUCCEEDED": 2}


async def test_a_stopped_batch_ends_when_what_it_began_has_ended() -> None:
    async with services() as on:
        _, agent = await failed(on, 2)
        batch = await on.batches.create(retry(max_parallel=1))
        assignment = await agent.assignment()
        stopped = await on.batches.control(batch.id, BatchStatus.STOPPED)
        await agent.finish(assignment.attempt_id)

        record = await done(on, batch.id)

        assert (stopped.status, stopped.ended_at) == (BatchStatus.STOPPED, None)
        assert record.status is BatchStatus.STOPPED
        assert counts(record) == {"SUCCEEDED": 1, "WAITING": 1}
        with pytest.raises(NotAllowed, match="was stopped"):
            await on.batches.control(batch.id, BatchStatus.RUNNING)


async def test_an_ended_batch_is_not_controlled() -> None:
    async with services() as on:
        await on.apply(flow_source(task="fail"))
        await on.create()
        batch = await on.batches.create(retry())
        await done(on, batch.id)

        with pytest.raises(NotAllowed, match="has ended"):
            await on.batches.control(batch.id, BatchStatus.PAUSED)


@pytest.mark.parametrize("status", [BatchStatus.RUNNING, BatchStatus.STOPPED])
async def test_a_batch_goes_on_after_a_restart(status: BatchStatus) -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            _, agent = await failed(before, 3)
            before.core.registry.disconnected(agent.session)
            batch = await before.batches.create(retry(max_parallel=2))
            await before.settle()
            if status is BatchStatus.STOPPED:
                await before.batches.control(batch.id, status)
            assert len(before.executor.entries) == 2
        async with services(store=store, clock=clock, ids=ids) as after:
            assert (await after.batches.get(batch.id)).counts[BatchOutcome.RUNNING] == 2
            await after.kill("X0001")
            await after.kill("X0002")
            await after.settle()
            if status is BatchStatus.RUNNING:
                await after.kill("X0003")
            record = await done(after, batch.id)

            rest = {"FAILED": 3} if status is BatchStatus.RUNNING else {"FAILED": 2, "WAITING": 1}
            assert counts(record) == rest
            attempts = [row.attempt_number for row in await after.all_summaries()]
            assert attempts == ([2, 2, 2] if status is BatchStatus.RUNNING else [2, 2, 1])


async def test_an_end_that_was_not_noted_before_a_crash_is_found_after_it() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with FullStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(flow_source(task="fail"))
            execution_id = await before.create()
            record = BatchRecord(
                id="B1",
                act="retry",
                status=BatchStatus.RUNNING,
                reason="",
                by="moist",
                created_at=clock.now(),
                ended_at=None,
                max_parallel=1,
                total_count=1,
                counts={BatchOutcome.WAITING: 1},
            )
            item = BatchItemRecord(
                batch_id="B1", index=0, execution_id=execution_id, outcome=BatchOutcome.RUNNING
            )
            await store.commit(Commit(batches=[record], batch_items=[item]))
        async with services(store=store, clock=clock, ids=ids) as after:
            assert counts(await done(after, "B1")) == {"FAILED": 1}
            assert (await after.all_summaries())[0].attempt_number == 1


@pytest.mark.looptime
async def test_a_batch_waits_while_the_disk_is_full() -> None:
    async with FullStore() as store, services(store=store) as on:
        await on.apply(flow_source(task="fail"))
        await on.create()
        await on.batches.create(retry())
        store.is_full = True
        await asyncio.sleep(5)
        (row,) = await on.all_summaries()
        assert row.attempt_number == 1

        store.is_full = False
        await asyncio.sleep(5)

        (record,), _ = await on.batches.page(limit=10, offset=0)
        assert counts(record) == {"FAILED": 1}
        assert record.status is BatchStatus.ENDED


async def test_a_request_makes_one_batch() -> None:
    async with services() as on:
        await on.apply(flow_source(task="fail"))
        await on.create()

        made = await asyncio.gather(*(on.batches.create(retry(request_id="b-1")) for _ in range(3)))

        assert len({record.id for record in made}) == 1
        _, total = await on.batches.page(limit=10, offset=0)
        assert total == 1


async def test_a_watch_tells_the_batch_until_it_has_ended() -> None:
    async with services() as on:
        _, agent = await failed(on, 1)
        batch = await on.batches.create(retry())
        async with aclosing(on.batches.watch(batch.id)) as records:
            first = await anext(records)
            await agent.finish((await agent.assignment()).attempt_id)
            rest = [record async for record in records]

        assert first.status is BatchStatus.RUNNING
        assert rest[-1].status is BatchStatus.ENDED
        assert counts(rest[-1]) == {"SUCCEEDED": 1}


async def test_batches_that_make_no_sense_are_refused() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match="no execution matches"):
            await on.batches.create(retry())
        with pytest.raises(InvalidRequest, match="at most 1000"):
            await on.batches.create(retry(max_parallel=1_001))
        with pytest.raises(InvalidRequest, match="more than 100000"):
            await on.batches.create(
                retry(selection=Selection(execution_ids=[f"{n}" for n in range(100_001)]))
            )
        with pytest.raises(NotFound, match='there is no batch "B9"'):
            await on.batches.get("B9")


async def test_a_batch_of_replays_counts_how_the_new_executions_end() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"))
        first = [await on.create(), await on.create()]

        wanted = NewBatch(act=Act.REPLAY, selection=Selection(execution_ids=first), by="moist")
        record = await done(on, (await on.batches.create(wanted)).id)

        assert counts(record) == {"SUCCEEDED": 2}
        assert len(await on.all_summaries()) == 4
        new_ids = {row.id for row in await on.all_summaries()} - set(first)
        messages = [item.message for item in await items(on, record.id)]
        assert sorted(message.split()[0] for message in messages) == sorted(new_ids)


async def test_a_batch_that_deletes_spares_what_is_excluded_and_what_runs() -> None:
    async with services() as on:
        await on.apply(flow_source(task="log"), flow_source("running"))
        ids = [await on.create() for _ in range(3)]
        running = await on.create("running")

        selection = Selection(excluded_ids=frozenset({ids[1]}))
        wanted = NewBatch(act=Act.DELETE, selection=selection, by="moist")
        record = await done(on, (await on.batches.create(wanted)).id)

        assert counts(record) == {"SUCCEEDED": 2, "REFUSED": 1}
        assert [row.id for row in await on.all_summaries()] == [ids[1], running]


async def test_a_batch_that_changes_states_is_taken_up_after_a_restart() -> None:
    store, clock = MemoryStore(), FakeClock()
    async with store:
        async with services(store=store, clock=clock) as on:
            await on.apply(flow_source(task="log"))
            ids = [await on.create() for _ in range(3)]
        ids_after = CountedIds("B")
        async with services(store=store, clock=clock, ids=ids_after, is_running=False) as on:
            wanted = NewBatch(
                act=Act.CHANGE_STATE,
                selection=Selection(execution_ids=ids),
                details=Details(state="WARNING"),
                by="moist",
            )
            batch_id = (await on.batches.create(wanted)).id
        async with services(store=store, clock=clock, ids=ids_after) as on:
            record = await done(on, batch_id)

            assert counts(record) == {"SUCCEEDED": 3}
            assert {row.state for row in await on.all_summaries()} == {State.WARNING}
