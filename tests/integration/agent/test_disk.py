from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from lanner_agent.disk import Disk


class CountingFile:
    def __init__(self) -> None:
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1


async def test_jobs_of_one_turn_share_one_sync() -> None:
    file = CountingFile()
    async with Disk() as disk:
        for written in [disk.write(lambda: file) for _ in range(50)]:
            await written

    assert file.syncs == 1


async def test_jobs_that_come_while_the_disk_is_busy_share_the_next_sync() -> None:
    file = CountingFile()
    is_busy, gate = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        loop.call_soon_threadsafe(is_busy.set)
        gate.wait(timeout=5)

    async with Disk() as disk:
        disk.write(hold)
        await is_busy.wait()
        later = []
        for _ in range(50):
            later.append(disk.write(lambda: file))
            await asyncio.sleep(0)
        gate.set()
        for written in later:
            await written

    assert file.syncs == 1


async def test_jobs_run_in_order_whether_they_may_wait_or_not() -> None:
    order: list[int] = []
    async with Disk() as disk:
        for number in range(20):
            disk.write(partial(order.append, number), may_wait=number % 3 != 0)

    assert order == list(range(20))


async def test_a_job_that_may_wait_is_done_soon() -> None:
    async with Disk() as disk:
        await disk.write(lambda: None, may_wait=True)


async def test_a_failed_job_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device")

    async with Disk() as disk:
        good, bad, last = disk.write(lambda: None), disk.write(fail), disk.write(lambda: None)
        await good
        with pytest.raises(OSError, match="No space left"):
            await bad
        await last
        await asyncio.sleep(0)  # the log line comes in the same turn of the loop

    assert "The data folder cannot be written" in caplog.text
