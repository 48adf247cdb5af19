"""Compares the log of an execution with the lines that a case expects."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from lanner_proto.v1 import log_pb2, state_pb2
from tests.conformance.live.scenario import Scenario
from tests.conformance.live.seen import SeenTaskRun
from tests.conformance.live.values import shown

SETTLE_SECONDS = 2.0
POLL_SECONDS = 0.1


async def logs_differ(scenario: Scenario, wanted: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each line that is missing or there too often; lines may come a bit late."""
    if not wanted:
        return []
    loop = asyncio.get_running_loop()
    limit = loop.time() + SETTLE_SECONDS
    while True:
        seen = await scenario.get()
        query = log_pb2.LogQuery(execution_id=seen.id)
        entries = (await scenario.programs.client.list_logs(query, limit=10_000)).entries
        by_id = {task_run.id: task_run for task_run in seen.task_runs}
        differing = [
            sentence
            for one in wanted
            if (sentence := _differs(scenario.fill(one, seen), entries, by_id))
        ]
        if not differing or loop.time() > limit:
            return differing
        await asyncio.sleep(POLL_SECONDS)


def _differs(
    wanted: Mapping[str, Any],
    entries: Sequence[log_pb2.LogEntry],
    task_runs: Mapping[str, SeenTaskRun],
) -> str:
    fitting = [entry for entry in entries if _fits(wanted, entry, task_runs)]
    count = wanted.get("count")
    if count is None and fitting:
        return ""
    if count is not None and len(fitting) == count:
        return ""
    lines = [f"{entry.task_id}: {entry.text}" for entry in entries]
    return f"{len(fitting)} log lines are {shown(dict(wanted))}: {shown(lines)}"


def _fits(
    wanted: Mapping[str, Any], entry: log_pb2.LogEntry, task_runs: Mapping[str, SeenTaskRun]
) -> bool:
    task_run = task_runs.get(entry.task_run_id)
    names = (entry.task_id, task_run.path if task_run else entry.task_id)
    level = _level(entry.level)
    return (
        ("task" not in wanted or wanted["task"] in names)
        and ("level" not in wanted or wanted["level"] == level)
        and ("min_level" not in wanted or entry.level >= _number(wanted["min_level"]))
        and ("message" not in wanted or wanted["message"] == entry.text)
        and str(wanted.get("contains", "")) in entry.text
        and entry.text.endswith(str(wanted.get("ends_with", "")))
    )


def _level(level: state_pb2.LogLevel.ValueType) -> str:
    return state_pb2.LogLevel.Name(level).removeprefix("LOG_LEVEL_")


def _number(name: str) -> int:
    return int(state_pb2.LogLevel.Value(f"LOG_LEVEL_{name}"))
