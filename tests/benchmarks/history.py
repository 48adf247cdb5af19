"""What a long history costs: the rate of executions beside a million that are over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lanner_coordinator.app import DATABASE_NAME
from lanner_proto.client import Client
from tests.benchmarks.lanner import bench_flows, execution_rate, run_flow, running

_ROWS_AT_ONCE = 100_000

_COPY_EXECUTIONS = """
INSERT INTO execution
SELECT lpad(CAST(number AS VARCHAR), 26, '0') AS id, one.* EXCLUDE (id)
FROM (SELECT * FROM execution LIMIT 1) AS one, range({first}, {last}) AS numbers(number)
"""
_COPY_TASK_RUNS = """
INSERT INTO task_run
SELECT lpad(CAST(number AS VARCHAR), 26, '0') AS execution_id, one.* EXCLUDE (execution_id)
FROM (SELECT * FROM task_run LIMIT 1) AS one, range({first}, {last}) AS numbers(number)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithHistory:
    """Executions a second, and seconds until ready, without and with a history."""

    rate_before: float
    rate_after: float
    ready_before: float
    ready_after: float
    list_milliseconds: float


async def measure_history(folder: Path, *, count: int, seconds: float) -> WithHistory:
    """Measure, write `count` executions into the history, measure again."""
    async with running(folder) as (client, _, ready_before):
        await client.apply_flows(bench_flows())
        await run_flow(client, "one-native")
        rate_before = await execution_rate(client, "one-native", seconds)
    await asyncio.to_thread(_fill, folder / "lanner" / DATABASE_NAME, count)
    async with running(folder) as (client, _, ready_after):
        await run_flow(client, "one-native")
        rate_after = await execution_rate(client, "one-native", seconds)
        list_milliseconds = await _time_of_list(client)
    return WithHistory(
        rate_before=rate_before,
        rate_after=rate_after,
        ready_before=ready_before,
        ready_after=ready_after,
        list_milliseconds=list_milliseconds,
    )


def _fill(database: Path, count: int) -> None:
    with duckdb.connect(str(database)) as connection:
        for first in range(0, count, _ROWS_AT_ONCE):
            last = min(first + _ROWS_AT_ONCE, count)
            connection.execute(_COPY_EXECUTIONS.format(first=first, last=last))
            connection.execute(_COPY_TASK_RUNS.format(first=first, last=last))


async def _time_of_list(client: Client) -> float:
    loop = asyncio.get_running_loop()
    times = []
    for _ in range(5):
        began = loop.time()
        await client.list_executions(limit=50)
        times.append((loop.time() - began) * 1000)
    return sorted(times)[2]
