"""Programs under measurement: started as a user starts them, stopped by their process groups."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import grpc.aio

from lanner_proto.client import Client
from lanner_proto.errors import LannerError

READY_SECONDS = 60.0
"""What a program may take to be ready."""

_POLL_SECONDS = 0.05


@asynccontextmanager
async def program(*arguments: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program in a process group of its own; ended with all that it started."""
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdout=sink, stderr=sink, start_new_session=True
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


def module(name: str, *arguments: str) -> Sequence[str]:
    """The command line that runs a module with this interpreter."""
    return (sys.executable, "-m", name, *arguments)


async def socket_is_there(path: Path) -> None:
    """Wait until a Unix socket takes connections."""
    async with asyncio.timeout(READY_SECONDS), grpc.aio.insecure_channel(f"unix:{path}") as channel:
        await channel.channel_ready()


async def lanner_is_ready(client: Client) -> float:
    """Wait until the coordinator and an agent are ready; seconds that it took."""
    began = time.monotonic()
    async with asyncio.timeout(READY_SECONDS):
        await until(lambda: _is_ready(client))
    return time.monotonic() - began


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until the answer is yes; the limit is the caller's."""
    is_so = await check()
    while not is_so:
        await asyncio.sleep(_POLL_SECONDS)
        is_so = await check()


async def _is_ready(client: Client) -> bool:
    try:
        status = await client.get_status(timeout_seconds=1.0)
    except LannerError:
        return False
    return status.is_ready and status.connected_agent_count > 0


def family(pid: int) -> Sequence[int]:
    """A process and all that it started."""
    found = [pid]
    for parent in found:
        children = Path(f"/proc/{parent}/task/{parent}/children")
        found += [int(child) for child in children.read_text().split()]
    return found


def proportional_bytes(pids: Sequence[int]) -> int:
    """Memory of processes, shared pages counted by their share (PSS)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total
