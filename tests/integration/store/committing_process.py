"""Commits without an end and prints the numbers of what was acknowledged; `test_crash` kills it."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

from lanner_coordinator.store.duckdb import DuckdbStore
from lanner_coordinator.store.records import Commit
from tests.contract.store.samples import a_line, a_task_run, an_archive, events

WRITERS = 8


async def write(store: DuckdbStore, numbers: Iterator[int]) -> None:
    """Begin and end executions, some in one commit and some in two, with reads between them."""
    for number in numbers:
        if number % 3:
            await store.commit(Commit(journal=events(number, 1)))
            sys.stdout.write(f"{number}\n")
        await store.commit(
            Commit(
                journal=events(number, *range(2 if number % 3 else 1, 4)),
                ended=[an_archive(number, 3)],
                task_runs=[a_task_run(number, 0)],
                logs=[a_line(number)],
            )
        )
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if number % 50 == 0:
            await store.triggers()


async def main(path: Path, first: int) -> None:
    """Commit until killed."""
    numbers = itertools.count(first)
    async with DuckdbStore(path) as store, asyncio.TaskGroup() as writers:
        for _ in range(WRITERS):
            writers.create_task(write(store, numbers))


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
