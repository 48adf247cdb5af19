"""The files of attempts: what an attempt may read and where it may write."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lanner_coordinator.engine.ids import execution_of, task_run_of
from lanner_coordinator.runtime.artifacts import (
    ArtifactRefused,
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    Owner,
    may_read,
    parse_uri,
)
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.rendering import Rendering


class AttemptFiles:
    """Opens artifact storage for attempts, by their credentials."""

    def __init__(
        self, *, storage: ArtifactStorage, executor: Executor, rendering: Rendering
    ) -> None:
        self._storage = storage
        self._executor = executor
        self._rendering = rendering

    async def read(
        self, attempt_id: str, credential: str, uri: str, offset: int
    ) -> tuple[int, AsyncIterator[bytes]]:
        """A file of the attempt's execution, or one that it may read: size and bytes from `offset`.

        Raises:
            ArtifactRefused: The credential or the URI does not allow it.
            ArtifactMissing: There is no such file.
        """
        owner, _ = self._owner(attempt_id, credential)
        wanted = parse_uri(uri)
        if not may_read(wanted, owner):
            raise ArtifactRefused(f"{uri} is no file of execution {owner.execution_id}")
        return await self._storage.size(wanted), self._storage.open(wanted, offset)

    @asynccontextmanager
    async def writing(
        self, attempt_id: str, credential: str, name: str
    ) -> AsyncIterator[tuple[ArtifactUri, ArtifactWriter]]:
        """Write a file of an attempt: its URI and the writer.

        Raises:
            ArtifactRefused: The credential or the name does not allow it.
            StorageFull: There is no space.
        """
        owner, task_id = self._owner(attempt_id, credential)
        uri = ArtifactUri.of_task(owner, task_id, task_run_of(attempt_id), name)
        async with self._storage.writer(uri) as writer:
            yield uri, writer

    def _owner(self, attempt_id: str, credential: str) -> tuple[Owner, str]:
        expected = self._rendering.credential(attempt_id)
        live = self._executor.live(execution_of(attempt_id))
        if live is None or not hmac.compare_digest(expected, credential):
            raise ArtifactRefused(f"attempt {attempt_id} has no access to artifacts")
        execution = live.execution
        run = execution.task_runs.get(task_run_of(attempt_id))
        if run is None:
            raise ArtifactRefused(f"attempt {attempt_id} has no access to artifacts")
        return owner_of(execution), run.task_id
