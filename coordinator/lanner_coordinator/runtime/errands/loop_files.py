"""Files of a Loop: the one that holds its values, and the one for what its iterations give."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.rules.iterations import OUTPUTS
from lanner_coordinator.engine.rules.waits import is_checked
from lanner_coordinator.flow.conversion import FILE_SCHEMES
from lanner_coordinator.flow.types.loop import LOOP_TYPE
from lanner_coordinator.runtime.artifacts import (
    ArtifactError,
    ArtifactStorage,
    ArtifactUri,
    Owner,
)
from lanner_coordinator.runtime.errands.files.items import in_groups, item_of_line
from lanner_coordinator.runtime.errands.line_files import LineWriter, lines_of, readable
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work, feeding
from lanner_coordinator.runtime.owners import owner_of

MOST_VALUES = 100_000
"""Lines of a file of values: each is an iteration, which the coordinator keeps in memory."""

_Found = Callable[[], Awaitable[dict[str, object]]]


class LoopFiles:
    """Reads and writes them outside of the executor, between an evaluation and its event."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    def take_over(
        self, entry: LiveEntry, run: TaskRun, event: events.Event, group: Group, feed: Feed
    ) -> bool:
        """Finish an evaluation for which a file is needed, later; whether it is one."""
        task = entry.live.plan.tasks[run.task_id].task
        if task.type != LOOP_TYPE or not isinstance(event, events.TaskRunEvaluated):
            return False
        owner = owner_of(entry.live.execution)
        values = event.values.get("values")
        if is_checked(run):
            rows = run.outputs.get(OUTPUTS)
            kept = list(rows) if isinstance(rows, list) else []
            self._look_up(entry, event, lambda: self._store(owner, run, kept), group, feed)
            return True
        if event.should_run and isinstance(values, str) and values.startswith(FILE_SCHEMES):
            self._look_up(entry, event, lambda: self._read(owner, values), group, feed)
            return True
        return False

    @staticmethod
    def _look_up(
        entry: LiveEntry, event: events.TaskRunEvaluated, find: _Found, group: Group, feed: Feed
    ) -> None:
        async def lookup() -> Work:
            answer: events.Event
            try:
                found = await find()
                answer = msgspec.structs.replace(event, values={**event.values, **found})
            except (ArtifactError, OSError, ValueError) as error:
                answer = events.EvaluationFailed(task_run_id=event.task_run_id, error=str(error))
            return feeding(feed, answer)

        group.look_up(entry.id, lookup)

    async def _read(self, owner: Owner, text: str) -> dict[str, object]:
        """The values of a file, one in each line that is not empty."""
        uri = readable(text.strip(), owner)
        values: list[object] = []
        async for lines in in_groups(lines_of(self._storage, uri)):
            values += await asyncio.to_thread(_parsed, lines)
            if len(values) > MOST_VALUES:
                raise ValueError(
                    f"{uri} has more than {MOST_VALUES} lines, which is the most that a Loop "
                    "takes; cut it with core.storage.Split, or use core.flow.ForEachItem"
                )
        return {"values": values, "isFile": True}

    async def _store(self, owner: Owner, run: TaskRun, rows: Sequence[object]) -> dict[str, object]:
        """A file with a line of JSON, which is Ion too, for each iteration that gave something."""
        uri = ArtifactUri.of_task(owner, run.task_id, run.id, "outputs.ion")
        async with self._storage.writer(uri) as opened:
            writer = LineWriter(opened)
            for row in rows:
                await writer.write(msgspec.json.encode(row))
            await writer.finish()
        return {"uri": str(uri)}


def _parsed(lines: Sequence[bytes]) -> list[object]:
    texts = (line.decode("utf-8", errors="replace") for line in lines)
    return [item_of_line(text) for text in texts if text.strip()]
