"""Caches of WorkingDirectories that go, and those that stay."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, Owner
from lanner_coordinator.runtime.cache_sweep import CacheLimits, CacheSweep

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FLOWS = {("company", "nightly")}
DAY = timedelta(days=1)


class Caches:
    """Caches in a folder."""

    def __init__(self, storage: LocalArtifacts, root: Path) -> None:
        self._storage = storage
        self._root = root

    async def put(self, task_id: str, age: timedelta, *, flow_id: str = "nightly") -> None:
        """A cache of ten bytes that was written so long ago."""
        owner = Owner(namespace="company", flow_id=flow_id, execution_id="E")
        uri = ArtifactUri.of_cache(owner, task_id, ())
        async with self._storage.writer(uri) as writer:
            await writer.write(b"0123456789")
            await writer.finish()
        written_at = (NOW - age).timestamp()
        os.utime(self._root.joinpath(*uri.segments), (written_at, written_at))

    async def left(self, limits: CacheLimits) -> list[str]:
        """Tasks whose caches are there after a sweep."""
        sweep = CacheSweep(self._storage, limits, NOW)
        async for folder in self._storage.folders():
            await sweep.look(folder, FLOWS)
        await sweep.remove()
        return sorted([folder.id async for folder in self._storage.folders()])


@pytest.fixture
async def caches(tmp_path: Path) -> AsyncIterator[Caches]:
    async with LocalArtifacts(tmp_path) as storage:
        yield Caches(storage, tmp_path)


async def test_old_caches_go(caches: Caches) -> None:
    await caches.put("old", 31 * DAY)
    await caches.put("young", 29 * DAY)

    assert await caches.left(CacheLimits(age=timedelta())) == ["old", "young"]
    assert await caches.left(CacheLimits()) == ["young"]


async def test_the_oldest_go_where_there_is_too_much(caches: Caches) -> None:
    for number, name in enumerate(("first", "second", "third")):
        await caches.put(name, (3 - number) * DAY)

    assert await caches.left(CacheLimits(total_bytes=0)) == ["first", "second", "third"]
    assert await caches.left(CacheLimits(total_bytes=20)) == ["second", "third"]


async def test_caches_of_flows_that_are_gone_go(caches: Caches) -> None:
    await caches.put("theirs", DAY, flow_id="gone")
    await caches.put("ours", DAY)

    assert await caches.left(CacheLimits()) == ["ours"]


async def test_a_cache_that_may_be_read_right_now_stays(caches: Caches) -> None:
    await caches.put("theirs", timedelta(minutes=59), flow_id="gone")
    await caches.put("ours", timedelta(minutes=59))

    assert await caches.left(CacheLimits(total_bytes=1)) == ["ours", "theirs"]
