"""Measures Lanner, through the same API as any other service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lanner_proto.client import Client
from lanner_proto.v1 import execution_pb2, flow_pb2, state_pb2
from tests.benchmarks.figures import percentile
from tests.benchmarks.floor import SLOTS
from tests.benchmarks.programs import (
    family,
    lanner_is_ready,
    module,
    program,
    proportional_bytes,
    until,
)

NAMESPACE = "bench"

_NATIVE = "io.kestra.plugin.core.debug.Return"
_PROCESS = "io.kestra.plugin.scripts.shell.Commands"
_PARALLEL = "io.kestra.plugin.core.flow.Parallel"
_RUNNER = "{type: io.kestra.plugin.core.runner.Process}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What Lanner takes: milliseconds, executions a second, bytes, seconds."""

    ready_seconds: float
    idle_bytes: float
    start_p50: float
    start_p95: float
    sequential_native: float
    sequential_process: float
    parallel_process: float
    native_rate: float
    process_rate: float


async def measure_lanner(folder: Path, *, rounds: int, seconds: float) -> Measured:
    """All figures, in one run."""
    # The first start compiles every module to bytecode, which an installation does only once.
    (folder / "first").mkdir()
    async with running(folder / "first"):
        pass
    async with running(folder) as (client, pid, ready_seconds):
        await client.apply_flows(bench_flows())
        await run_flow(client, "one-process")
        idle = proportional_bytes(family(pid))
        starts = [await _start(client) for _ in range(rounds)]
        return Measured(
            ready_seconds=ready_seconds,
            idle_bytes=idle,
            start_p50=percentile(starts, 0.5),
            start_p95=percentile(starts, 0.95),
            sequential_native=await _time(client, "sequential-native"),
            sequential_process=await _time(client, "sequential-process"),
            parallel_process=await _time(client, "parallel-process"),
            native_rate=await execution_rate(client, "one-native", seconds),
            process_rate=await execution_rate(client, "one-process", seconds),
        )


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Client, int, float]]:
    """`lanner up` on a data folder: a client, its process, and the seconds until it was ready."""
    data = folder / "lanner"
    up = module("lanner_console", "up", "--data", str(data), "--slots", str(SLOTS))
    began = time.monotonic()
    async with (
        program(*up, log=folder / "lanner.log") as process,
        Client(f"unix:{data / 'coordinator.sock'}") as client,
    ):
        await lanner_is_ready(client)
        yield client, process.pid, time.monotonic() - began


def bench_flows() -> Sequence[flow_pb2.FlowSource]:
    """The flows that are measured."""
    tasks = {
        "one-native": [("t", _NATIVE)],
        "one-process": [("t", _PROCESS)],
        "sequential-native": [(f"t{number}", _NATIVE) for number in range(40)],
        "sequential-process": [(f"t{number}", _PROCESS) for number in range(40)],
    }
    sources = [_source(flow_id, _tasks(entries)) for flow_id, entries in tasks.items()]
    children = _tasks([(f"t{number}", _PROCESS) for number in range(100)]).replace("\n", "\n    ")
    parallel = f"  - id: all\n    type: {_PARALLEL}\n    tasks:\n    {children}"
    return [*sources, _source("parallel-process", parallel)]


def _tasks(entries: Sequence[tuple[str, str]]) -> str:
    return "\n".join(_task(task_id, kind) for task_id, kind in entries)


def _task(task_id: str, kind: str) -> str:
    if kind == _NATIVE:
        return f"  - {{id: {task_id}, type: {kind}, format: x}}"
    return f"  - {{id: {task_id}, type: {kind}, taskRunner: {_RUNNER}, commands: ['true']}}"


def _source(flow_id: str, tasks: str) -> flow_pb2.FlowSource:
    source = f"id: {flow_id}\nnamespace: {NAMESPACE}\ntasks:\n{tasks}\n"
    return flow_pb2.FlowSource(name=flow_id, source=source)


async def run_flow(client: Client, flow_id: str) -> execution_pb2.Execution:
    """Run a flow to its end."""
    execution_id = await client.create_execution(NAMESPACE, flow_id)
    async for _ in client.watch_execution(execution_id):
        pass
    return await client.get_execution(execution_id)


async def _start(client: Client) -> float:
    began = time.time()  # noqa: TID251 - two processes compare it
    execution = await run_flow(client, "one-process")
    started = execution.task_runs[0].attempts[0].started_at
    return (started.ToMicroseconds() / 1_000_000 - began) * 1000


async def _time(client: Client, flow_id: str) -> float:
    times = []
    for _ in range(5):
        began = time.monotonic()
        execution_id = await client.create_execution(NAMESPACE, flow_id)
        async for update in client.watch_execution(execution_id):
            summary = update.summary if update.HasField("summary") else update.snapshot.summary
            if summary.state == state_pb2.STATE_FAILED:
                raise RuntimeError(f"{flow_id}: {summary.error}")
        times.append((time.monotonic() - began) * 1000)
    return percentile(times, 0.5)


async def execution_rate(client: Client, flow_id: str, seconds: float) -> float:
    """Executions that end in a second while 64 callers start one after the other."""
    before = (await client.get_status()).ended_count
    began = time.monotonic()

    async def keep_creating() -> None:
        while time.monotonic() < began + seconds:
            await client.create_execution(NAMESPACE, flow_id)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(64):
            tasks.create_task(keep_creating())
    await until(lambda: _is_idle(client))
    ended = (await client.get_status()).ended_count - before
    return ended / (time.monotonic() - began)


async def _is_idle(client: Client) -> bool:
    return not (await client.get_status()).running_count
