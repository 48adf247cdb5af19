from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.flows.purging import Behavior, RevisionPurger
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.records import Commit, FlowRecord
from tests.support.services_stage import NAMESPACE, Services, flow_source, services


async def apply_revisions(
    on: Services, count: int, flow_id: str = "etl", task: str = "log"
) -> None:
    for number in range(count):
        await on.apply(flow_source("etl", task="log", more=f"description: number {number}"))


async def left(on: Services, flow_id: str = "etl") -> list[int]:
    """Numbers of the revisions that the store has, the oldest first."""
    records = await on.store.flow_revisions(NAMESPACE, flow_id)
    assert [one for one in records if not one.is_deleted] == [
        *await on.flows.revisions(NAMESPACE, flow_id)
    ]
    return sorted(one.revision for one in records)


async def purge(on: Services, more: str = "") -> object:
    """How many revisions the task says it removed; or why it failed."""
    properties = f", {more}" if more else ""
    await on.apply(
        f"id: keeper\nnamespace: system\ntasks:\n"
        f"  - {{id: tidy, type: core.flow.PurgeFlows{properties}}}\n"
    )
    ended = await on.ended(await on.create("keeper", namespace="system"))
    execution = await on.execution(ended.id)
    (only,) = execution.task_runs.values()
    return only.outputs["size"] if execution.state is State.SUCCESS else execution.error


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ("", [4]),
        ("behavior: {}", [4]),
        ("behavior: {keepAmount: 1}", [4]),
        ("behavior: {type: version, keepAmount: 3}", [2, 3, 4]),
        ("behavior: {keepAmount: 9}", [1, 2, 3, 4]),
        ("namespace: comp", [1, 2, 3, 4]),
        (f"namespace: {NAMESPACE}, flowId: other", [1, 2, 3, 4]),
        (f"namespace: {NAMESPACE}, flowId: etl", [4]),
    ],
)
async def test_old_revisions_are_purged(more: str, kept: list[int]) -> None:
    async with services() as on:
        await apply_revisions(on, 4)

        assert await purge(on, more) == 4 - len(kept)
        assert await left(on) == kept


async def test_revisions_are_purged_by_date_and_the_newest_stays() -> None:
    async with services() as on:
        await apply_revisions(on, 2)
        until = format_instant(on.clock.now())
        on.clock.advance(timedelta(days=1))
        await on.apply(flow_source("etl", task="log", more="description: late"))

        assert await purge(on, f"behavior: {{before: '{until}'}}") == 2
        assert await left(on) == [3]
        on.clock.advance(timedelta(days=1))
        until = format_instant(on.clock.now())
        assert await purge(on, f"behavior: {{before: '{until}'}}") == 0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("behavior: {type: key}", "`behavior.type` is `key`; it must be `version`"),
        ("behavior: {keepAmount: 0}", "must be a whole number from 1"),
        (
            "behavior: {keepAmount: 1, before: '2030-01-01T00:00:00Z'}",
            "cannot have both `before` and `keepAmount`",
        ),
        ("behavior: {before: soon}", "is no date and time"),
        ("flowId: etl", "`flowId` needs the `namespace`"),
    ],
)
async def test_a_purge_that_makes_no_sense_removes_nothing(more: str, error: str) -> None:
    async with services() as on:
        await apply_revisions(on, 2)

        assert error in str(await purge(on, more))
        assert await left(on) == [1, 2]


async def test_revisions_of_live_and_archived_executions_stay() -> None:
    async with services() as on:
        await apply_revisions(on, 1)
        archived_id = await on.create("etl")
        await on.ended(archived_id)
        await on.apply(flow_source("etl", more="description: waits for an agent"))
        live_id = await on.create("etl")
        await on.settle()
        await apply_revisions(on, 2)

        assert await purge(on) == 1
        assert await left(on) == [1, 2, 4]

        replayed = await on.act(Act.REPLAY, archived_id)
        assert (await on.ended(replayed.id)).flow_revision == 1
        assert on.executor.live(live_id) is not None


async def test_the_revision_goes_with_the_last_execution_of_it() -> None:
    async with services() as on:
        await apply_revisions(on, 1)
        execution_id = await on.create("etl")
        await on.ended(execution_id)
        await apply_revisions(on, 3)
        assert await purge(on) == 1
        await on.act(Act.DELETE, execution_id)

        assert await purge(on) == 1
        assert await left(on) == [3]


async def test_nothing_begins_with_a_revision_that_was_purged() -> None:
    async with services() as on:
        await apply_revisions(on, 3)
        await on.ended(await on.create("etl", revision=2))
        assert await purge(on) == 1

        with pytest.raises(NotFound, match=r"no revision 1 of flow company/etl"):
            await on.create("etl", revision=1)
        assert (await on.ended(await on.create("etl", revision=2))).flow_revision == 2
        assert [one.revision for one in await on.apply(flow_source("etl"))] == [4]


async def test_a_revision_that_somebody_is_about_to_begin_with_stays() -> None:
    async with services() as on:
        await apply_revisions(on, 3)
        in_hand = await on.flows.plan(NAMESPACE, "etl", 1)

        assert await purge(on) == 1
        assert await left(on) == [1, 3]

        assert in_hand.revision == 1
        del in_hand
        assert await purge(on) == 1
        assert await left(on) == [3]


async def test_a_revision_that_is_being_read_while_it_goes_is_not_given_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with services() as on:
        await apply_revisions(on, 3)
        await on.flows.load()
        read, may_answer = asyncio.Event(), asyncio.Event()
        ask = on.store.flow_revision

        async def slow(namespace: str, flow_id: str, revision: int) -> FlowRecord | None:
            record = await ask(namespace, flow_id, revision)
            if flow_id == "etl" and not read.is_set():
                read.set()
                await may_answer.wait()  # the test answers
            return record

        on.flows.withhold([(NAMESPACE, "etl", 1)])
        on.flows.release([(NAMESPACE, "etl", 1)])
        monkeypatch.setattr(on.store, "flow_revision", slow)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(told(on))
            await read.wait()
            assert await purge(on) == 2
            may_answer.set()

        assert asking.result() == "there is no revision 1 of flow company/etl"


async def told(on: Services) -> str:
    """What is told of revision 1, which is not there."""
    with pytest.raises(NotFound) as raised:
        await on.flows.plan(NAMESPACE, "etl", 1)
    return str(raised.value)


async def test_revisions_that_executions_needed_at_the_start_stay() -> None:
    async with services() as on:
        await apply_revisions(on, 3)
        await on.flows.preload([(NAMESPACE, "etl", 2)])

        assert await purge(on) == 1
        assert await left(on) == [2, 3]


async def test_revisions_are_there_all_the_same_when_their_removal_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with services() as on:
        await apply_revisions(on, 3)
        purger = RevisionPurger(store=on.store, flows=on.flows, live=on.executor.entries)
        commit = on.store.commit

        async def refuse(given: Commit) -> None:
            if given.removed_revisions:
                raise StoreFull("The disk is full.")
            await commit(given)

        monkeypatch.setattr(on.store, "commit", refuse)
        with pytest.raises(StoreFull):
            await purger.purge(NAMESPACE, "etl", Behavior(keep_count=1))

        ended = await on.ended(await on.create("etl", revision=1))
        assert ended.flow_revision == 1
        assert await left(on) == [1, 2, 3]
