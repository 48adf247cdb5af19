"""The files of attempts: what an attempt may read and where it may write."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.ids import execution_of, task_run_of
from lanner_coordinator.runtime.artifacts import (
    ArtifactRefused,
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    Owner,
    Piece,
    Resumption,
    parse_uri,
    pieces,
    refuse_reading,
)
from lanner_coordinator.runtime.owners import owner_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A file that an attempt sends.

    Attributes:
        attempt_id: The attempt.
        credential: That it was given.
        name: Plain relative path; absent: it is the cache of the task.
        offset: Bytes that came before.
        size_bytes: Of the whole; 0: not known.
    """

    attempt_id: str
    credential: str = field(repr=False)
    name: str | None
    offset: int = 0
    size_bytes: int = 0


class LiveExecutions(Protocol):
    """Knows live executions, as the executor does."""

    def live(self, execution_id: str) -> LiveExecution | None:
        """A live execution; to be read only."""


class Credentials(Protocol):
    """Knows what opens the files of attempts, as the rendering does."""

    def credential(self, attempt_id: str) -> str:
        """What an attempt was given."""


class AttemptFiles:
    """Opens artifact storage for attempts, by their credentials."""

    def __init__(
        self, *, storage: ArtifactStorage, executor: LiveExecutions, rendering: Credentials
    ) -> None:
        self._storage = storage
        self._executor = executor
        self._rendering = rendering

    async def read(
        self, attempt_id: str, credential: str, uri: str | None, offset: int
    ) -> tuple[int, AsyncGenerator[Piece, None]]:
        """A file of the attempt's execution, or one that it may read: size and all from `offset`.

        Without a URI: the cache of its task.

        Raises:
            ArtifactRefused: The credential or the URI does not allow it.
            ArtifactMissing: There is no such file.
        """
        owner, run = self._owner(attempt_id, credential)
        if uri is None:
            wanted = _cache(owner, run)
        else:
            wanted = parse_uri(uri)
            refuse_reading(wanted, owner)
        return await self._storage.size(wanted), pieces(self._storage, wanted, offset)

    async def find(self, sending: Sending) -> int:
        """Bytes that are here of a file that an attempt began to send.

        Raises:
            ArtifactRefused: The credential, the name or the size does not allow it.
            StorageFull: There is no space for all of it.
        """
        await self._admitted(sending)
        return await self._storage.unfinished(_key(sending))

    @asynccontextmanager
    async def writing(self, sending: Sending) -> AsyncIterator[tuple[ArtifactUri, ArtifactWriter]]:
        """Write a file of an attempt: its URI and the writer.

        Raises:
            ArtifactRefused: The credential, the name or the size does not allow it.
            UploadOutOfStep: It goes on where its beginning does not end.
            StorageFull: There is no space.
        """
        uri = await self._admitted(sending)
        resumption = Resumption(key=_key(sending), offset=sending.offset)
        async with self._storage.writer(uri, resumption) as writer:
            yield uri, writer

    async def _admitted(self, sending: Sending) -> ArtifactUri:
        """Where a file is to be."""
        owner, run = self._owner(sending.attempt_id, sending.credential)
        if sending.name is None:
            uri = _cache(owner, run)
        else:
            uri = ArtifactUri.of_task(owner, run.task_id, run.id, sending.name)
        await self._storage.admit(uri, sending.size_bytes, _key(sending))
        return uri

    def _owner(self, attempt_id: str, credential: str) -> tuple[Owner, TaskRun]:
        expected = self._rendering.credential(attempt_id)
        live = self._executor.live(execution_of(attempt_id))
        if live is None or not hmac.compare_digest(expected, credential):
            raise ArtifactRefused(f"attempt {attempt_id} has no access to artifacts")
        execution = live.execution
        run = execution.task_runs.get(task_run_of(attempt_id))
        if run is None:
            raise ArtifactRefused(f"attempt {attempt_id} has no access to artifacts")
        return owner_of(execution), run


def _cache(owner: Owner, run: TaskRun) -> ArtifactUri:
    return ArtifactUri.of_cache(owner, run.task_id, run.path)


def _key(sending: Sending) -> str:
    return f"attempt {sending.attempt_id} {sending.name or ''}"
