"""A limit on the size of files stands for a full disk: writes fail, and work again when it goes."""

from __future__ import annotations

import asyncio
import base64
import random
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lanner_coordinator.store.duckdb import DuckdbStore, commit_log
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.records import Commit, LogQuery
from tests.contract.store.samples import a_line, an_archive, an_id, events
from tests.support.eventually import eventually

LINE_COUNT = 20
"""Lines of 1 MB: more than twice what a file may have."""


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Without a handler the signal would end the process; ignored, the write fails instead.
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DuckdbStore]:
    async with DuckdbStore(tmp_path / "lanner.duckdb") as store:
        yield store


async def test_a_commit_that_does_not_fit_is_refused_and_later_ones_are_taken(
    store: DuckdbStore,
) -> None:
    with (
        files_of_at_most(commit_log.SEGMENT_BYTES // 2),
        pytest.raises(StoreFull, match=r"The disk of .* is full: make space"),
    ):
        await store.commit(Commit(journal=events(1, 1)))

    await store.commit(Commit(journal=events(1, 1)))

    assert await store.execution_journal(an_id(1)) == events(1, 1)


async def test_tables_that_cannot_grow_lose_nothing_and_catch_up(store: DuckdbStore) -> None:
    await store.commit(Commit(journal=events(1, 1), ended=[an_archive(2)]))
    assert await store.journal() == events(1, 1)

    with files_of_at_most(commit_log.SEGMENT_BYTES):
        await commit_more_than_fits(store)
        with pytest.raises(StoreFull):
            await store.last_log_position()
        await store.commit(Commit(ended=[an_archive(3)]))

    async def position() -> int:
        try:
            return await store.last_log_position()
        except StoreFull:
            return 0

    await eventually(position, within_seconds=20, until=lambda last: last == LINE_COUNT)
    assert await store.count_logs(LogQuery(execution_id=an_id(1))) == LINE_COUNT
    assert await store.execution_ids("", 10) == [an_id(2), an_id(3)]
    assert await store.journal() == events(1, 1)


async def test_a_store_that_closes_while_the_disk_is_full_keeps_all_in_its_log(
    tmp_path: Path,
) -> None:
    path = tmp_path / "second.duckdb"
    store = await DuckdbStore(path).__aenter__()
    with files_of_at_most(commit_log.SEGMENT_BYTES):
        await commit_more_than_fits(store)
        await asyncio.wait_for(store.__aexit__(None, None, None), timeout=20)

    async with DuckdbStore(path) as again:
        assert await again.last_log_position() == LINE_COUNT


async def commit_more_than_fits(store: DuckdbStore) -> None:
    """Commit lines that cannot be compressed; the log has several files, the database has one."""
    for position in range(1, LINE_COUNT + 1):
        text = base64.b64encode(random.randbytes(750_000)).decode()
        await store.commit(Commit(logs=[a_line(position, text=text)]))
