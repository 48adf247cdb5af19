"""Looks for kept results before tasks begin, and keeps those of tasks that ended well."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from lanner_coordinator.engine.commands import Command, KeepResult, LookUpResult, WriteLog
from lanner_coordinator.engine.events import KeptResult, ResultLookedUp
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.flow.expression import SEALED_TYPE
from lanner_coordinator.flow.policies import ResultCache
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactStorage, Owner
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work, feeding
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.files import Folder, folder_of, moved
from lanner_coordinator.runtime.results.keys import ResultKeys
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.result_records import ResultRecord

logger = logging.getLogger(__name__)

_SEALED = SEALED_TYPE.encode()

MAX_RESULT_BYTES = 256 * 1024
"""Longest outputs that are kept, as JSON; files are for more."""


class KeptResults:
    """The results that are kept, in the store; their files stay those of their task runs."""

    def __init__(
        self,
        *,
        store: Store,
        storage: ArtifactStorage,
        rendering: Rendering,
        files: FileBook,
        clock: Clock,
    ) -> None:
        self._store = store
        self._storage = storage
        self._keys = ResultKeys(rendering, files)
        self._clock = clock

    def carry(
        self, entry: LiveEntry, command: LookUpResult | KeepResult, group: Group, feed: Feed
    ) -> Sequence[Command]:
        """Do what an execution wishes; what it wishes because of that."""
        if isinstance(command, LookUpResult):
            group.work_count += 1
            self._look_up(entry, command, group, feed)
            return ()
        return self._keep(entry, command, group)

    def _look_up(self, entry: LiveEntry, command: LookUpResult, group: Group, feed: Feed) -> None:
        """Tell an attempt whether a result of its task is kept, once its beginning is durable."""
        execution = entry.live.execution
        run = execution.run_of(command.attempt_id)
        cache = entry.live.plan.tasks[run.task_id].task.result_cache if run is not None else None
        if run is None or cache is None:
            return
        key = self._keys.key(entry, run)
        if not key:
            feed(entry, ResultLookedUp(attempt_id=command.attempt_id), group)
            return
        owner = owner_of(execution)
        folder = folder_of(owner, run.task_id, run.id)

        async def lookup() -> Work:
            result = await self._find(key, cache, owner, folder)
            event = ResultLookedUp(attempt_id=command.attempt_id, key=key, result=result)
            return feeding(feed, event)

        group.look_up(entry.id, lookup)

    def _keep(self, entry: LiveEntry, command: KeepResult, group: Group) -> Sequence[Command]:
        """Keep the result of an attempt with a commit; says so where it is too large."""
        execution = entry.live.execution
        run = execution.task_runs.get(command.task_run_id)
        cache = entry.live.plan.tasks[run.task_id].task.result_cache if run is not None else None
        attempt = run.attempt if run is not None else None
        if run is None or cache is None or attempt is None or not attempt.result_key:
            return ()
        outputs = msgspec.json.encode(run.outputs)
        if len(outputs) > MAX_RESULT_BYTES:
            text = f"its result is not kept: its outputs have more than {MAX_RESULT_BYTES} bytes"
            return (WriteLog(level="WARN", text=text, task_run_id=run.id),)
        folder = folder_of(owner_of(execution), run.task_id, run.id)
        group.results.append(
            ResultRecord(
                key=attempt.result_key,
                namespace=execution.namespace,
                flow_id=execution.flow_id,
                task_id=run.task_id,
                task_run_id=run.id,
                state=attempt.state,
                outputs=outputs.decode(),
                # Nobody sees what is in sealed parts: they may name files, too.
                has_files=bool(moved(run.outputs, folder, folder)[1]) or _SEALED in outputs,
                kept_at=group.now,
                expires_at=_later(group.now, cache.ttl),
            )
        )
        return ()

    async def _find(
        self, key: str, cache: ResultCache, owner: Owner, folder: Folder
    ) -> KeptResult | None:
        record = await self._store.result(key)
        if record is None or self._is_expired(record, cache):
            return None
        lender = Owner(
            namespace=record.namespace,
            flow_id=record.flow_id,
            execution_id=execution_of(record.task_run_id),
        )
        source = folder_of(lender, record.task_id, record.task_run_id)
        stored = msgspec.json.decode(record.outputs, type=dict[str, object])
        outputs, copies = moved(stored, source, folder)
        try:
            for original, copy in copies.items():
                await self._storage.copy(original, copy)
        except ArtifactError as error:
            logger.warning(
                "execution %s: a kept result of task %s is not used: %s",
                owner.execution_id,
                record.task_id,
                error,
            )
            return None
        return KeptResult(
            task_run_id=record.task_run_id,
            state=record.state,
            kept_at=record.kept_at,
            outputs=outputs,
        )

    def _is_expired(self, record: ResultRecord, cache: ResultCache) -> bool:
        """Whether it is too old for the task, or for the one that left it."""
        now = self._clock.now()
        ends = (record.expires_at, _later(record.kept_at, cache.ttl))
        return any(end is not None and end <= now for end in ends)


def _later(date: datetime, length: timedelta | None) -> datetime | None:
    try:
        return None if length is None else date + length
    except OverflowError:
        return None  # later than any date: never
