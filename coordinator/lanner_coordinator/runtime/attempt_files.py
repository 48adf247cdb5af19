"""The files of attempts: what an attempt may read and where it may write."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from lanner_coordinator.engine.execution import LiveExecution
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where an attempt works.

    Attributes:
        owner: The execution whose files it may read and write.
        task_id: Id of its task, or of the trigger for which it looks.
        task_run_id: What its files are put under.
        path: Values of the loops that it is in.
    """

    owner: Owner
    task_id: str
    task_run_id: str
    path: Sequence[str] = ()


class LiveExecutions(Protocol):
    """Knows live executions, as the executor does."""

    def live(self, execution_id: str) -> LiveExecution | None:
        """A live execution; to be read only."""


class Credentials(Protocol):
    """Knows what opens the files of attempts, as the rendering does."""

    def credential(self, attempt_id: str) -> str:
        """What an attempt was given."""


class PollPlaces(Protocol):
    """Knows looks for triggers, whose executions have not begun."""

    def workplace(self, attempt_id: str, *, writes: bool) -> Workplace | None:
        """Where a look works; absent: there is no such one."""


class AttemptFiles:
    """Opens artifact storage for attempts, by their credentials."""

    def __init__(
        self,
        *,
        storage: ArtifactStorage,
        executor: LiveExecutions,
        rendering: Credentials,
        polls: PollPlaces | None = None,
    ) -> None:
        self._polls = polls
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
        place = self._place(attempt_id, credential)
        if uri is None:
            wanted = _cache(place)
        else:
            wanted = parse_uri(uri)
            refuse_reading(wanted, place.owner)
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
        place = self._place(sending.attempt_id, sending.credential, writes=True)
        if sending.name is None:
            uri = _cache(place)
        else:
            uri = ArtifactUri.of_task(place.owner, place.task_id, place.task_run_id, sending.name)
        await self._storage.admit(uri, sending.size_bytes, _key(sending))
        return uri

    def _place(self, attempt_id: str, credential: str, *, writes: bool = False) -> Workplace:
        expected = self._rendering.credential(attempt_id)
        place = None
        if hmac.compare_digest(expected, credential):
            place = self._of_task(attempt_id)
            if place is None and self._polls is not None:
                place = self._polls.workplace(attempt_id, writes=writes)
        if place is None:
            raise ArtifactRefused(f"attempt {attempt_id} has no access to artifacts")
        return place

    def _of_task(self, attempt_id: str) -> Workplace | None:
        live = self._executor.live(execution_of(attempt_id))
        run = live.execution.task_runs.get(task_run_of(attempt_id)) if live else None
        if live is None or run is None:
            return None
        return Workplace(
            owner=owner_of(live.execution), task_id=run.task_id, task_run_id=run.id, path=run.path
        )


def _cache(place: Workplace) -> ArtifactUri:
    return ArtifactUri.of_cache(place.owner, place.task_id, place.path)


def _key(sending: Sending) -> str:
    return f"attempt {sending.attempt_id} {sending.name or ''}"
