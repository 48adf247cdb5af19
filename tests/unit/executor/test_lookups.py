"""Lookups outside of the executor."""

from __future__ import annotations

import asyncio

import pytest

from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.lookups import UNFORESEEN_RETRY_SECONDS, Lookups
from tests.support.fake_clock import FakeClock


def nothing(entry: LiveEntry | None, group: Group) -> None:
    """Do no work."""


@pytest.mark.looptime
async def test_a_lookup_that_met_what_nobody_foresaw_is_tried_again() -> None:
    asked: list[float] = []
    found = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def look() -> Work:
        asked.append(loop.time())
        if len(asked) == 1:
            raise KeyError("nobody foresaw it")
        return nothing

    lookups = Lookups(lambda execution_id, work: found.set())
    running = loop.create_task(lookups.run())
    lookups.put_all(Group(now=FakeClock().now(), live={}, lookups=[("E1", look)]))
    await found.wait()
    running.cancel()

    assert UNFORESEEN_RETRY_SECONDS <= asked[1] - asked[0] <= UNFORESEEN_RETRY_SECONDS + 1
