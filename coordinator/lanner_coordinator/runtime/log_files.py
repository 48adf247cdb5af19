"""Logs of attempts in files of artifact storage: `logToFile`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.ids import execution_of, number_of, task_run_of
from lanner_coordinator.runtime.artifacts import (
    ArtifactError,
    ArtifactStorage,
    ArtifactUri,
    Owner,
)
from lanner_coordinator.runtime.artifacts.uri import parse_uri
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.owners import owner_of

logger = logging.getLogger(__name__)


def own_log_file(attempt_id: str, uri: str) -> str:
    """What an agent says is the log of an attempt; empty unless the attempt may have left it."""
    try:
        file = parse_uri(uri) if uri else None
    except ArtifactError:
        return ""
    if file is None or file.execution_id != execution_of(attempt_id):
        return ""
    return uri if file.place.task_run_id == task_run_of(attempt_id) else ""


class LogFiles:
    """Puts the lines of tasks that run in the coordinator into files."""

    def __init__(self, storage: ArtifactStorage, log_writer: LogWriter) -> None:
        self._storage = storage
        self._log_writer = log_writer

    def take_over(
        self, entry: LiveEntry, run: TaskRun, result: InlineResult, group: Group, feed: Feed
    ) -> bool:
        """Finish an attempt once its lines are in a file; whether it is one of those.

        Where they cannot be written there, they go to the log.
        """
        event = result.event
        task = entry.live.plan.tasks[run.task_id].task
        has_effects = result.key_changes or result.toggles or result.resumes
        if not (task.log_to_file and result.lines) or has_effects:
            return False
        if not isinstance(event, events.AttemptFinished):
            return False
        uri = _uri_of(owner_of(entry.live.execution), run, event.attempt_id)
        if uri is None:
            return False
        lines = [(level, entry.met_secrets.mask(text)) for level, text in result.lines]
        content = _written(lines, group.now)
        filed = msgspec.structs.replace(event, log_file=str(uri))

        async def lookup() -> Work:
            is_stored = await self._store(uri, content)

            def work(entry: LiveEntry | None, group: Group) -> None:
                if entry is None:
                    return
                if not is_stored:
                    records = self._log_writer.of_native(entry, run, result.lines, group.now)
                    group.logs.extend(records)
                feed(entry, filed if is_stored else event, group)

            return work

        group.look_up(entry.id, lookup)
        return True

    async def _store(self, uri: ArtifactUri, content: bytes) -> bool:
        try:
            async with self._storage.writer(uri) as writer:
                await writer.write(content)
                await writer.finish()
        except ArtifactError as error:
            logger.warning("The log %s cannot be stored: %s", uri, error)
            return False
        return True


def _uri_of(owner: Owner, run: TaskRun, attempt_id: str) -> ArtifactUri | None:
    name = f"logs/attempt-{number_of(attempt_id)}.log"
    try:
        return ArtifactUri.of_task(owner, run.task_id, run.id, name)
    except ArtifactError:
        return None


def _written(lines: Sequence[tuple[str, str]], at: datetime) -> bytes:
    date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return "".join(f"{date}Z {level:<5} {text}\n" for level, text in lines).encode()
