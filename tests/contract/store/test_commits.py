from __future__ import annotations

import asyncio

import pytest

from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import (
    a_flow,
    a_line,
    a_task_run,
    an_archive,
    an_id,
    events,
)

UNENCODABLE = "half of a pair: \ud800"


async def test_a_commit_is_seen_whole_by_the_reads_that_follow_it(store: Store) -> None:
    commit = Commit(
        journal=events(2, 1),
        ended=[an_archive(1)],
        task_runs=[a_task_run(1, 0)],
        logs=[a_line(1)],
        flows=[a_flow("etl", 1)],
    )

    await store.commit(commit)

    assert await store.execution(an_id(1)) == an_archive(1)
    assert await store.task_runs(an_id(1)) == [a_task_run(1, 0)]
    assert await store.journal() == events(2, 1)
    assert await store.last_log_position() == 1
    assert await store.current_flows() == [a_flow("etl", 1)]


async def test_commits_that_overlap_are_all_taken_in_their_order(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        for sequence in range(1, 201):
            tasks.create_task(store.commit(Commit(journal=events(1, sequence))))

    assert await store.execution_journal(an_id(1)) == events(1, *range(1, 201))


async def test_a_commit_that_cannot_be_stored_fails_alone(store: Store) -> None:
    commits = [
        Commit(journal=events(1, 1)),
        Commit(journal=events(2, 1), logs=[a_line(1, text=UNENCODABLE)]),
        Commit(journal=events(3, 1)),
    ]

    results = await asyncio.gather(*map(store.commit, commits), return_exceptions=True)

    assert results[0] is results[2] is None
    assert isinstance(results[1], StoreError)
    assert await store.journal() == [*events(1, 1), *events(3, 1)]


async def test_a_revision_that_exists_already_is_refused(store: Store) -> None:
    await store.commit(Commit(flows=[a_flow("etl", 1)]))

    with pytest.raises(StoreError, match="the next one is 2"):
        await store.commit(Commit(flows=[a_flow("etl", 1)], journal=events(1, 1)))

    assert await store.journal() == []
    assert len(await store.flow_revisions("company", "etl")) == 1


async def test_a_revision_after_a_refused_one_is_taken(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.commit(Commit(flows=[a_flow("etl", 1), a_flow("etl", 3)]))

    await store.commit(Commit(flows=[a_flow("etl", 1), a_flow("etl", 2)]))

    assert await store.current_flows() == [a_flow("etl", 2)]


async def test_a_cancelled_commit_is_taken_all_the_same(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        committing = tasks.create_task(store.commit(Commit(journal=events(1, 1))))
        await asyncio.sleep(0)
        committing.cancel()

    await store.commit(Commit(journal=events(1, 2)))

    assert await store.execution_journal(an_id(1)) == events(1, 1, 2)


async def test_reads_during_commits_see_whole_commits_only(store: Store) -> None:
    torn: list[int] = []

    async def write() -> None:
        for number in range(1, 101):
            await store.commit(
                Commit(
                    ended=[an_archive(2 * number), an_archive(2 * number + 1)],
                    task_runs=[a_task_run(2 * number, 0), a_task_run(2 * number + 1, 0)],
                )
            )

    async def read(writing: asyncio.Task[None]) -> None:
        while not writing.done():
            count = await store.count_executions(ExecutionFilter())
            if count % 2:
                torn.append(count)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(write())
        await read(writing)

    assert torn == []
    assert await store.count_executions(ExecutionFilter()) == 200


async def test_a_store_that_was_closed_refuses_verbs(store: Store) -> None:
    await store.__aexit__(None, None, None)

    with pytest.raises(StoreError, match="not open"):
        await store.commit(Commit())
    with pytest.raises(StoreError, match="not open"):
        await store.current_flows()


async def test_closing_twice_is_fine(store: Store) -> None:
    await store.__aexit__(None, None, None)

    await store.__aexit__(None, None, None)


async def test_the_first_epoch_is_one(store: Store) -> None:
    assert await store.epoch() == 1
