from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lanner_coordinator.store.batch_records import BatchStatus
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, LogQuery
from tests.contract.store.conftest import OpenBackup
from tests.contract.store.samples import a_flow, a_line, a_task_run, an_archive, an_id, at, events
from tests.contract.store.test_other_records import a_batch, a_request, an_item

ALL = ExecutionFilter()


async def test_a_purge_drops_what_is_older_with_all_that_belongs_to_it(store: Store) -> None:
    await store.commit(
        Commit(
            ended=[an_archive(1), an_archive(10)],
            task_runs=[a_task_run(1, 0), a_task_run(10, 0)],
            logs=[a_line(1, execution=1), a_line(2, execution=10)],
            requests=[a_request("old", 1), a_request("new", 10)],
            batches=[a_batch(1, BatchStatus.ENDED), a_batch(2), a_batch(10, BatchStatus.ENDED)],
            batch_items=[an_item(0)],
            flows=[a_flow("a", 1)],
        )
    )

    purged = await store.purge(at(5))

    assert purged == 1
    assert await store.execution_ids("", 10) == [an_id(10)]
    assert await store.execution(an_id(1)) is None
    assert await store.task_runs(an_id(1)) == []
    assert await store.task_runs(an_id(10)) == [a_task_run(10, 0)]
    assert await store.count_logs(LogQuery(execution_id=an_id(1))) == 0
    assert await store.count_logs(LogQuery(execution_id=an_id(10))) == 1
    assert await store.request("execution/old", at(0)) is None
    assert await store.request("execution/new", at(0)) == an_id(10)
    assert [batch.id for batch in await store.batches(limit=9, offset=0)] == [an_id(10), an_id(2)]
    assert await store.count_batch_items(an_id(1), None) == 0
    assert await store.current_flows() == [a_flow("a", 1)]


async def test_a_purge_spares_an_execution_that_was_restarted(store: Store) -> None:
    await store.commit(Commit(journal=events(1, 1, 2), ended=[an_archive(1, 2)]))
    await store.commit(Commit(journal=events(1, 3)))

    assert await store.purge(at(5)) == 0
    assert await store.execution(an_id(1)) == an_archive(1, 2)


async def test_a_purge_does_not_wake_dead_events(store: Store) -> None:
    await store.commit(Commit(journal=events(1, 1)))
    await store.journal()
    await store.commit(Commit(ended=[an_archive(1, 1)]))

    assert await store.purge(at(5)) == 1
    assert await store.journal() == []


async def test_a_backup_opens_as_a_store_of_its_own_with_the_next_epoch(
    store: Store, open_backup: OpenBackup, tmp_path: Path
) -> None:
    path = tmp_path / "backup"
    await store.commit(Commit(ended=[an_archive(1)], journal=events(2, 1), flows=[a_flow("a", 1)]))

    await store.backup(str(path))

    await store.commit(Commit(ended=[an_archive(3)]))
    async with open_backup(path) as copy:
        assert await copy.epoch() == 2
        assert await copy.execution_ids("", 10) == [an_id(1)]
        assert await copy.journal() == events(2, 1)
        await copy.commit(Commit(ended=[an_archive(4)], flows=[a_flow("a", 2)]))
        assert await copy.count_executions(ALL) == 2
    assert await store.epoch() == 1
    assert await store.execution_ids("", 10) == [an_id(1), an_id(3)]


async def test_a_backup_refuses_an_existing_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    path.write_text("mine")

    with pytest.raises(StoreError, match="exists already"):
        await store.backup(str(path))

    assert path.read_text() == "mine"


async def test_the_size_is_told(store: Store) -> None:
    await store.commit(Commit(ended=[an_archive(1)]))

    assert await store.size_bytes() > 0


async def test_a_removed_execution_is_gone_with_its_task_runs_and_log(store: Store) -> None:
    await store.commit(
        Commit(
            ended=[an_archive(1), an_archive(2)],
            task_runs=[a_task_run(1, 0), a_task_run(2, 0)],
            logs=[a_line(1, execution=1), a_line(2, execution=2)],
        )
    )
    await store.count_executions(ALL)

    await store.commit(Commit(removed_executions=[an_id(1)]))

    assert await store.execution(an_id(1)) is None
    assert await store.execution_ids("", 10) == [an_id(2)]
    assert await store.task_runs(an_id(1)) == []
    assert await store.count_logs(LogQuery(execution_id=an_id(1))) == 0
    assert await store.count_logs(LogQuery(execution_id=an_id(2))) == 1
    assert await store.execution(an_id(1)) is None


async def test_what_is_archived_and_removed_at_once_never_was(store: Store) -> None:
    archive = Commit(ended=[an_archive(1)], logs=[a_line(1, execution=1)])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.commit(archive))
        tasks.create_task(store.commit(Commit(removed_executions=[an_id(1)])))

    assert await store.count_executions(ALL) == 0
    assert await store.count_logs(LogQuery(execution_id=an_id(1))) == 0
