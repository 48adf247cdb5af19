from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from lanner_coordinator.store.duckdb import DuckdbStore
from lanner_coordinator.store.errors import StoreError, StoreLocked
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import (
    a_flow,
    a_summary,
    a_task_run,
    an_archive,
    an_id,
    archived,
    events,
)

HOLD = """
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from lanner_coordinator.store.duckdb.database import Database
database = Database(Path(sys.argv[1]))
database.open()
print("open", flush=True)
sys.stdin.read()
"""


def data_folder(parent: Path) -> Path:
    folder = parent / "data"
    folder.mkdir()
    return folder


async def copied_while_open(store: DuckdbStore, target: Path) -> None:
    """Copy the files as a power cut would leave them."""
    await asyncio.to_thread(shutil.copytree, store.path.parent, target)


async def test_all_is_there_after_a_clean_end(tmp_path: Path) -> None:
    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        await store.commit(
            Commit(ended=[an_archive(1)], journal=events(2, 1), flows=[a_flow("a", 1)])
        )

    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        assert await store.execution(an_id(1)) == an_archive(1)
        assert await store.journal() == events(2, 1)
        with pytest.raises(StoreError, match="the next one is 2"):
            await store.commit(Commit(flows=[a_flow("a", 1)]))


async def test_a_clean_end_leaves_an_empty_log_and_a_private_file(tmp_path: Path) -> None:
    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        await store.commit(Commit(ended=[an_archive(1)]))

    assert list((tmp_path / "lanner.duckdb.commits").iterdir()) == []
    assert (tmp_path / "lanner.duckdb").stat().st_mode & 0o777 == 0o600


async def test_what_was_only_in_the_log_is_there_after_a_crash(tmp_path: Path) -> None:
    async with DuckdbStore(data_folder(tmp_path) / "lanner.duckdb") as store:
        for sequence in range(1, 51):
            await store.commit(Commit(journal=events(1, sequence)))
        await copied_while_open(store, tmp_path / "crashed")

    async with DuckdbStore(tmp_path / "crashed" / "lanner.duckdb") as store:
        assert await store.execution_journal(an_id(1)) == events(1, *range(1, 51))


async def test_what_was_settled_is_not_there_twice_after_a_crash(tmp_path: Path) -> None:
    async with DuckdbStore(data_folder(tmp_path) / "lanner.duckdb") as store:
        await store.commit(Commit(ended=[an_archive(1)], task_runs=[a_task_run(1, 0)]))
        assert await store.count_executions(ExecutionFilter()) == 1
        await store.commit(Commit(ended=[an_archive(2)]))
        await copied_while_open(store, tmp_path / "crashed")

    async with DuckdbStore(tmp_path / "crashed" / "lanner.duckdb") as store:
        assert await store.execution_ids("", 10) == [an_id(1), an_id(2)]
        assert await store.task_runs(an_id(1)) == [a_task_run(1, 0)]


async def test_a_restarted_execution_is_replaced_also_after_reopening(tmp_path: Path) -> None:
    again = archived(a_summary(1, attempt_number=2), 4)
    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        await store.commit(Commit(journal=events(1, 1, 2)))
        await store.journal()
        await store.commit(Commit(ended=[an_archive(1, 2), an_archive(5)]))
        await store.commit(Commit(journal=events(1, 3)))

    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        assert await store.journal() == events(1, 3)
        await store.commit(Commit(journal=events(1, 4), ended=[again]))

        assert await store.execution_ids("", 10) == [an_id(1), an_id(5)]
        assert await store.execution(an_id(1)) == again
        assert await store.journal() == []


@contextmanager
def held_by_another_process(path: Path) -> Iterator[int]:
    """The id of a process that has the database open."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        yield holder.pid
    finally:
        holder.communicate()


async def test_a_second_process_is_told_who_has_the_file_open(tmp_path: Path) -> None:
    path = tmp_path / "lanner.duckdb"

    with (
        held_by_another_process(path) as holder,
        pytest.raises(StoreLocked, match=f"is open in process {holder}: another coordinator"),
    ):
        await DuckdbStore(path).__aenter__()


async def test_the_file_of_a_newer_lanner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lanner.duckdb"
    async with DuckdbStore(path):
        pass
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE schema_version SET version = 99")

    with pytest.raises(StoreError, match="schema version 99, written by a newer Lanner"):
        await DuckdbStore(path).__aenter__()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lanner.duckdb"
    path.write_text("not a database " * 1_000)

    with pytest.raises(StoreError, match=r"The database .* failed"):
        await DuckdbStore(path).__aenter__()
