"""Artifacts that nobody needs any more are removed, and no others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.artifact_sweep import ArtifactSweep, Retention
from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, Owner, Resumption
from lanner_coordinator.runtime.ids import TimeOrderedIds, date_of_id
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.result_records import ResultRecord
from tests.contract.store.samples import a_summary, archived
from tests.support.fake_clock import FakeClock


class SomeAreLive:
    """Executions that are said to be live; only whether one is there is asked."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    def live(self, execution_id: str) -> LiveExecution | None:
        return cast("LiveExecution", object()) if execution_id in self.ids else None


@dataclass(frozen=True, kw_only=True)
class Swept:
    """A storage with its sweep.

    Attributes:
        storage: In a folder.
        store: In memory.
        clock: That the ids are made by.
        ids: Makes ids.
        lives: Which executions are live.
    """

    storage: LocalArtifacts
    store: MemoryStore
    clock: FakeClock
    ids: TimeOrderedIds
    lives: SomeAreLive

    async def put(self, uri: ArtifactUri) -> ArtifactUri:
        async with self.storage.writer(uri) as writer:
            await writer.write(b"rows")
            await writer.finish()
        return uri

    async def input_of(self, execution_id: str) -> ArtifactUri:
        owner = Owner(namespace="company", flow_id="nightly", execution_id=execution_id)
        return await self.put(ArtifactUri.of_input(owner, "file", "rows.csv"))

    async def archive(self, execution_id: str) -> None:
        summary = replace(a_summary(1), id=execution_id, ended_at=self.clock.now())
        await self.store.commit(Commit(ended=[archived(summary)]))

    async def sweep(
        self, *, ended: timedelta = timedelta(), uploads: timedelta = timedelta(days=7)
    ) -> int:
        sweep = ArtifactSweep(
            storage=self.storage,
            store=self.store,
            executor=self.lives,
            flows={},
            clock=self.clock,
            retention=Retention(ended=ended, uploads=uploads),
        )
        return await sweep.sweep()


@pytest.fixture
async def swept(tmp_path: Path) -> AsyncIterator[Swept]:
    clock = FakeClock()
    ids = TimeOrderedIds(clock)
    async with MemoryStore() as store, LocalArtifacts(tmp_path) as storage:
        yield Swept(storage=storage, store=store, clock=clock, ids=ids, lives=SomeAreLive())


def test_ids_tell_when_they_were_made() -> None:
    clock = FakeClock()

    assert date_of_id(TimeOrderedIds(clock).new_id()) == clock.now()
    assert date_of_id("U0001") is None
    assert date_of_id("-" * 22) is None
    assert date_of_id("z" * 22) is None


async def test_files_of_executions_that_are_not_there_go_after_a_day(swept: Swept) -> None:
    uri = await swept.input_of(swept.ids.new_id())

    assert await swept.sweep() == 0
    swept.clock.advance(timedelta(days=1, seconds=1))
    assert await swept.sweep() == 1

    assert not await swept.storage.exists(uri)


async def test_files_of_live_executions_stay(swept: Swept) -> None:
    execution_id = swept.ids.new_id()
    uri = await swept.input_of(execution_id)
    swept.lives.ids.add(execution_id)
    swept.clock.advance(timedelta(days=400))

    assert await swept.sweep(ended=timedelta(days=30)) == 0
    swept.lives.ids.clear()
    assert await swept.sweep(ended=timedelta(days=30)) == 1

    assert not await swept.storage.exists(uri)


async def test_files_of_ended_executions_stay_as_long_as_they_are_kept(swept: Swept) -> None:
    execution_id = swept.ids.new_id()
    uri = await swept.input_of(execution_id)
    swept.clock.advance(timedelta(days=20))
    await swept.archive(execution_id)
    swept.clock.advance(timedelta(days=20))

    assert await swept.sweep() == 0
    assert await swept.sweep(ended=timedelta(days=30)) == 0
    assert await swept.storage.exists(uri)
    swept.clock.advance(timedelta(days=11))
    assert await swept.sweep(ended=timedelta(days=30)) == 1
    assert not await swept.storage.exists(uri)


async def test_files_of_kept_results_stay_as_long_as_these(swept: Swept) -> None:
    owner = Owner(namespace="company", flow_id="nightly", execution_id=swept.ids.new_id())
    lent, other = [
        await swept.put(ArtifactUri.of_task(owner, task_id, f"{owner.execution_id}-{number}", "a"))
        for number, task_id in ((1, "load"), (2, "other"))
    ]
    await swept.store.commit(Commit(results=[a_result(owner.execution_id, swept.clock.now())]))
    swept.clock.advance(timedelta(days=2))

    assert await swept.sweep() == 1
    assert await swept.storage.exists(lent)
    assert not await swept.storage.exists(other)
    assert await swept.sweep() == 0

    await swept.store.drop_results(swept.clock.now() + timedelta(days=1), 0)
    assert await swept.sweep() == 1
    assert not await swept.storage.exists(lent)


def a_result(execution_id: str, kept_at: datetime) -> ResultRecord:
    return ResultRecord(
        key="k",
        namespace="company",
        flow_id="nightly",
        task_id="load",
        task_run_id=f"{execution_id}-1",
        state=State.SUCCESS,
        outputs="{}",
        has_files=True,
        kept_at=kept_at,
    )


async def test_uploads_go_after_their_time(swept: Swept) -> None:
    upload = ArtifactUri.of_upload("company", "nightly", swept.ids.new_id(), "rows.csv")
    await swept.put(upload)
    swept.clock.advance(timedelta(days=6))

    assert await swept.sweep() == 0
    assert await swept.sweep(uploads=timedelta()) == 0
    swept.clock.advance(timedelta(days=2))
    assert await swept.sweep() == 1

    assert not await swept.storage.exists(upload)


async def test_what_was_not_made_here_is_left_alone(swept: Swept) -> None:
    uri = await swept.input_of("mine")
    swept.clock.advance(timedelta(days=400))

    assert await swept.sweep() == 0
    assert await swept.storage.exists(uri)


async def test_beginnings_that_nobody_went_on_with_go(swept: Swept) -> None:
    uri = ArtifactUri.of_upload("company", "nightly", swept.ids.new_id(), "rows.csv")
    async with swept.storage.writer(uri, Resumption(key="a")) as writer:
        await writer.write(b"half")
    # The file has the real time, which is ahead of or behind the fake one.
    swept.clock.advance(timedelta(days=36_500))

    assert await swept.sweep() == 1
    assert await swept.storage.unfinished("a") == 0
