"""The coordinator stops at any commit; no event is dropped, none is counted twice."""

from __future__ import annotations

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import NotDurable
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.fake_clock import FakeClock
from tests.support.services_stage import CountedIds, Services, services
from tests.unit.flow_triggers.flows import listener, of_flow, upstream
from tests.unit.flow_triggers.test_flow_triggers import BOTH

UPSTREAM = ("load", "clean")


class DyingStore(MemoryStore):
    """A store that takes so many commits and no more.

    Attributes:
        left_count: How many it still takes; absent: all.
    """

    left_count: int | None = None

    async def commit(self, commit: Commit) -> None:
        if self.left_count is not None:
            if not self.left_count:
                raise StoreFull("The disk is full.")
            self.left_count -= 1
        await super().commit(commit)


async def _run_all(on: Services) -> None:
    """Run each flow that has not run, one after the other, for as long as that is possible."""
    for flow_id in UPSTREAM:
        done = {row.flow_id for row in await on.all_summaries()}
        try:
            if flow_id not in done:
                await on.create(flow_id)
        except NotDurable:
            return
        await on.settle()


@pytest.mark.parametrize("commit_count", range(7))
async def test_each_event_counts_once_whichever_commit_was_the_last(commit_count: int) -> None:
    clock, ids = FakeClock(), CountedIds()
    async with DyingStore() as store:
        async with services(store=store, clock=clock, ids=ids) as before:
            await before.apply(*map(upstream, UPSTREAM), listener(BOTH))
            store.left_count = commit_count
            await _run_all(before)
        store.left_count = None
        async with services(store=store, clock=clock, ids=ids) as after:
            await after.settle()
            await _run_all(after)

            assert [one.state for one in await of_flow(after)] == [State.SUCCESS]
            assert await store.pending() == []
