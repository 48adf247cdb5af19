"""The bare architecture's agent: spawns `/bin/true` for each attempt and reports its end.

`python -m tests.benchmarks.floor_agent SOCKET SLOTS`
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator

import grpc.aio

from tests.benchmarks.floor_wire import FloorClient, Message


async def serve(socket: str, slots: int) -> None:
    """Run attempts until killed."""
    reports: asyncio.Queue[Message] = asyncio.Queue()
    room = asyncio.Semaphore(slots)

    async def to_coordinator() -> AsyncIterator[Message]:
        while True:
            yield await reports.get()

    async def attempt(number: object) -> None:
        async with room:
            process = await asyncio.create_subprocess_exec("true")
            started = time.time()  # noqa: TID251 - two processes compare it
            await process.wait()
        await reports.put({"attempt": number, "started_at": started})

    async with grpc.aio.insecure_channel(f"unix:{socket}") as channel, asyncio.TaskGroup() as tasks:
        async for assigned in FloorClient(channel).session(to_coordinator()):
            tasks.create_task(attempt(assigned["attempt"]))


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
