from __future__ import annotations

import asyncio

import pytest

from tests.support.eventually import eventually, eventually_blocking


@pytest.mark.looptime
async def test_eventually_returns_the_state_that_was_awaited() -> None:
    states = iter(["CREATED", "RUNNING", "SUCCESS"])

    seen = await eventually(lambda: next(states), until=lambda state: state == "SUCCESS")

    assert seen == "SUCCESS"


@pytest.mark.looptime
async def test_eventually_awaits_an_async_look() -> None:
    async def look() -> int:
        await asyncio.sleep(1)
        return 7

    assert await eventually(look) == 7


@pytest.mark.looptime
async def test_a_failed_wait_shows_the_last_seen_state() -> None:
    with pytest.raises(AssertionError, match="not so within 5 s; last seen: 'RUNNING'"):
        await eventually(lambda: "RUNNING", until=lambda state: state == "SUCCESS")


@pytest.mark.looptime
async def test_a_failed_wait_shows_the_last_failed_assertion() -> None:
    def look() -> bool:
        raise AssertionError("the agent is not connected")

    with pytest.raises(AssertionError, match="last seen: the agent is not connected"):
        await eventually(look)


@pytest.mark.looptime
async def test_a_look_that_hangs_ends_at_the_limit() -> None:
    async def look() -> bool:
        await asyncio.Event().wait()
        return True

    with pytest.raises(AssertionError, match="not so within 3 s; last seen: nothing"):
        await eventually(look, within_seconds=3)


@pytest.mark.looptime
async def test_a_time_out_inside_the_look_is_not_taken_for_the_limit() -> None:
    def look() -> bool:
        raise TimeoutError("of the look itself")

    with pytest.raises(TimeoutError, match="of the look itself"):
        await eventually(look)


def test_the_blocking_wait_shows_the_last_seen_state() -> None:
    with pytest.raises(AssertionError, match="not so within 0 s; last seen: 3"):
        eventually_blocking(lambda: 3, 0, until=lambda state: state == 4)
