"""How the agent's tasks end."""

from __future__ import annotations

import asyncio

import pytest

from lanner_agent.agent import cancelled

pytestmark = pytest.mark.looptime


async def test_tasks_are_cancelled() -> None:
    task = asyncio.get_running_loop().create_task(asyncio.sleep(600))

    await cancelled([task])

    assert task.cancelled()


async def test_a_task_that_misses_its_cancellation_is_cancelled_once_more() -> None:
    missed_count = 0

    async def dial_again() -> None:
        nonlocal missed_count
        while missed_count < 2:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                missed_count += 1
        await asyncio.sleep(600)

    async with asyncio.timeout(10):
        task = asyncio.get_running_loop().create_task(dial_again())
        await asyncio.sleep(0)
        await cancelled([task])

    assert task.cancelled()
    assert missed_count == 2


async def test_a_task_that_ended_by_itself_is_left_alone() -> None:
    task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    await task

    await cancelled([task])

    assert not task.cancelled()
