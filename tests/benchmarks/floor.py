"""Measures the bare architecture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc.aio

from tests.benchmarks.figures import percentile
from tests.benchmarks.floor_wire import FloorClient
from tests.benchmarks.programs import module, program, proportional_bytes, socket_is_there

SLOTS = 8
"""Attempts that an agent runs at once, in both architectures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the bare architecture takes: milliseconds, executions a second, bytes."""

    start_p50: float
    start_p95: float
    sequential_native: float
    sequential_process: float
    parallel_process: float
    native_rate: float
    process_rate: float
    idle_bytes: float


async def measure_floor(folder: Path, *, rounds: int, seconds: float) -> Floor:
    """All floors, in one run."""
    async with _running(folder) as (client, pids):
        await client.run(tasks=1, is_parallel=False, kind="process")
        idle = proportional_bytes(pids)
        starts = [await _start(client) for _ in range(rounds)]
        return Floor(
            idle_bytes=idle,
            start_p50=percentile(starts, 0.5),
            start_p95=percentile(starts, 0.95),
            sequential_native=await _time(client, 40, is_parallel=False, kind="native"),
            sequential_process=await _time(client, 40, is_parallel=False, kind="process"),
            parallel_process=await _time(client, 100, is_parallel=True, kind="process"),
            native_rate=await _rate(client, "native", seconds),
            process_rate=await _rate(client, "process", seconds),
        )


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[tuple[FloorClient, list[int]]]:
    socket = folder / "floor.sock"
    coordinator = module(
        "tests.benchmarks.floor_coordinator", str(socket), str(folder / "floor.duckdb")
    )
    agent = module("tests.benchmarks.floor_agent", str(socket), str(SLOTS))
    async with program(*coordinator, log=folder / "floor-coordinator.log") as first:
        await socket_is_there(socket)
        async with (
            program(*agent, log=folder / "floor-agent.log") as second,
            grpc.aio.insecure_channel(f"unix:{socket}") as channel,
        ):
            yield FloorClient(channel), [first.pid, second.pid]


async def _start(client: FloorClient) -> float:
    began = time.time()  # noqa: TID251 - two processes compare it
    answer = await client.run(tasks=1, is_parallel=False, kind="process")
    return (float(str(answer["started_at"])) - began) * 1000


async def _time(client: FloorClient, tasks: int, *, is_parallel: bool, kind: str) -> float:
    times = []
    for _ in range(5):
        began = time.monotonic()
        await client.run(tasks=tasks, is_parallel=is_parallel, kind=kind)
        times.append((time.monotonic() - began) * 1000)
    return percentile(times, 0.5)


async def _rate(client: FloorClient, kind: str, seconds: float) -> float:
    count = 0
    deadline = time.monotonic() + seconds

    async def keep_running() -> None:
        nonlocal count
        while time.monotonic() < deadline:
            await client.run(tasks=1, is_parallel=False, kind=kind)
            count += 1

    async with asyncio.TaskGroup() as tasks:
        for _ in range(64):
            tasks.create_task(keep_running())
    return count / seconds
