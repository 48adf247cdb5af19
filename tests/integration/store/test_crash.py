"""Kills a process that commits, again and again, and looks for what it was promised."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from lanner_coordinator.store.duckdb import DuckdbStore
from lanner_coordinator.store.filter import ExecutionFilter

ROUNDS = 12
WRITER = Path(__file__).with_name("committing_process.py")


def killed_while_committing(path: Path, first: int, seconds: float) -> list[int]:
    """Numbers that a process had acknowledged before it was killed."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(path), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    with process.stdout as lines:
        acknowledged = [int(lines.readline())]
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        acknowledged.extend(int(line) for line in lines if line.endswith("\n"))
    timer.join()
    assert process.wait() == -9
    return acknowledged


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lanner.duckdb"
    chance = random.Random()
    acknowledged: set[int] = set()
    first = 0

    for _ in range(ROUNDS):
        seconds = chance.uniform(0, 0.3)
        acknowledged |= set(await asyncio.to_thread(killed_while_committing, path, first, seconds))
        async with DuckdbStore(path) as store:
            stored = [int(number) for number in await store.execution_ids("", 1_000_000)]
            live = {int(event.execution_id) for event in await store.journal()}
            assert len(stored) == await store.count_executions(ExecutionFilter())
        assert len(stored) == len(set(stored))
        assert acknowledged <= {*stored, *live}
        first = max(stored, default=first) + 1_000

    assert len(acknowledged) > ROUNDS
