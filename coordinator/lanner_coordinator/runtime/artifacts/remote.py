"""Artifact storage elsewhere: S3, Google Cloud Storage, Azure, SFTP.

A file is written to this machine first and sent when it is whole and checked, so that a storage
that is away for a while is tried again without the sender, and never holds a half. What is small is
kept here too, for expressions that read it while they are rendered; of the rest its size.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from lanner_coordinator.runtime.artifacts.drafts import PARTIAL_NAME, Draft, Drafts
from lanner_coordinator.runtime.artifacts.errors import ArtifactMissing
from lanner_coordinator.runtime.artifacts.handles import let_go
from lanner_coordinator.runtime.artifacts.near import NEAR_BYTES, NearFiles
from lanner_coordinator.runtime.artifacts.remote_files import RemoteFiles, Unreachable
from lanner_coordinator.runtime.artifacts.storage import ArtifactWriter, Resumption, StoredFile
from lanner_coordinator.runtime.artifacts.threads import Threads
from lanner_coordinator.runtime.artifacts.tries import Tries
from lanner_coordinator.runtime.artifacts.uri import (
    ArtifactFolder,
    ArtifactUri,
    Owner,
    execution_folder,
)
from lanner_coordinator.runtime.artifacts.walking import copied_through, folders_below
from lanner_coordinator.runtime.artifacts.writing import DraftWriter

logger = logging.getLogger(__name__)

THREAD_COUNT = 8
"""Transfers at once; further ones wait."""

PATIENCE = timedelta(minutes=3)
"""How long a storage is tried again that does not answer."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class RemoteArtifacts:
    """Artifacts below a URL."""

    def __init__(
        self,
        files: RemoteFiles,
        near_root: Path,
        limit_bytes: int = 0,
        patience: timedelta = PATIENCE,
    ) -> None:
        """Nothing is touched yet.

        Args:
            files: The storage.
            near_root: Folder of this machine for what is being written, and for what is kept near.
            limit_bytes: That an artifact may have; 0: any number.
            patience: How long the storage is tried again.
        """
        self._files = files
        self._drafts = Drafts(near_root / PARTIAL_NAME, limit_bytes)
        self._near = NearFiles(near_root, self._drafts)
        self._threads = Threads(THREAD_COUNT)
        # Of its own: while all transfers wait for the storage, uploads are still written here.
        self._near_threads = Threads(THREAD_COUNT)
        self._tries = Tries(files.name, self._threads, patience)

    async def __aenter__(self) -> Self:
        """Open, and remove what a crash has left of artifacts that were being written.

        Raises:
            ArtifactError: The storage will never work as it is configured.
        """
        await self._near_threads.run(self._near.prepare)
        await self._near_threads.run(self._drafts.prepare)
        try:
            await self._threads.run(self._files.probe)
        except FileNotFoundError as cause:
            raise ArtifactMissing(f"there is no artifact storage {self._files.name}") from cause
        except Unreachable as error:
            # Better up without files than not at all: what needs them tries for a while.
            logger.warning("The artifact storage %s does not answer: %s", self._files.name, error)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self._threads.abandon()
        await self._near_threads.close()

    async def admit(self, uri: ArtifactUri, size_bytes: int, key: str = "") -> None:
        """Refuse a file before its first byte."""
        await self._near_threads.run(self._drafts.admit, uri, size_bytes, key)

    @contextlib.asynccontextmanager
    async def writer(
        self, uri: ArtifactUri, resumption: Resumption | None = None
    ) -> AsyncIterator[ArtifactWriter]:
        """Write an artifact; nothing is left of it unless `finish` was called inside."""
        draft = await self._near_threads.run(self._drafts.begin, uri, resumption)
        try:
            yield _Writer(draft, lambda path: self._publish(path, uri), self._near_threads)
        finally:
            await self._near_threads.run(draft.close)

    async def unfinished(self, key: str) -> int:
        """Bytes that are aside of the upload with this key."""
        return await self._near_threads.run(self._drafts.size, key)

    async def drop_unfinished(self, before: datetime) -> int:
        """Remove what is aside of uploads that nobody went on with since; how many."""
        await self._tries.run("be tidied", self._files.drop_partial, before)
        return await self._near_threads.run(self._drafts.drop, before)

    async def open(self, uri: ArtifactUri, offset: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from an offset on, in chunks of `CHUNK_BYTES`."""
        while True:
            reader = _Reader(self._files, uri)
            try:
                await self._of(uri, reader.open, offset)
                while chunk := await self._threads.run(reader.read):
                    offset += len(chunk)
                    yield chunk
                return
            except Unreachable as error:
                logger.warning("%s is read on at byte %s after: %s", uri, offset, error)
            finally:
                await self._threads.run(reader.close)

    async def size(self, uri: ArtifactUri) -> int:
        """Bytes."""
        return await self._of(uri, self._files.size, uri)

    async def exists(self, uri: ArtifactUri) -> bool:
        """Whether there is such an artifact."""
        try:
            await self.size(uri)
        except ArtifactMissing:
            return False
        return True

    async def delete(self, uri: ArtifactUri) -> None:
        """Remove it; one that is missing is fine."""
        with contextlib.suppress(ArtifactMissing):
            await self._of(uri, self._files.delete, uri)
        await self._near_threads.run(self._near.delete, uri)

    async def delete_execution(self, owner: Owner) -> None:
        """Remove all artifacts of an execution; none is fine."""
        await self._delete_tree(execution_folder(owner))

    async def list_execution(self, owner: Owner) -> Sequence[StoredFile]:
        """All artifacts of an execution, in order of their URIs; none is fine."""
        return await self.list_folder(ArtifactFolder(segments=execution_folder(owner)))

    async def list_folder(self, folder: ArtifactFolder) -> Sequence[StoredFile]:
        """All artifacts in a folder, in order of their URIs; none is fine."""
        found = await self._tries.run("be listed", self._files.list_tree, folder.segments)
        return sorted(found, key=lambda file: file.uri.segments)

    def folders(self) -> AsyncIterator[ArtifactFolder]:
        """Folders of all executions, uploads and caches; those that come and go may be missed."""
        look = self._files.folders_below
        return folders_below(lambda above: self._tries.run("be listed", look, above))

    async def delete_folder(self, folder: ArtifactFolder) -> None:
        """Remove a folder with all artifacts in it; none is fine."""
        await self._delete_tree(folder.segments)

    async def bring_near(self, owners: Iterable[Owner], files: Iterable[ArtifactUri] = ()) -> None:
        """See to it that expressions can read the files of executions, and others, at once.

        They can, unless the coordinator is on this machine for the first time.
        """
        if await self._near_threads.run(self._near.is_whole):
            return
        for owner in owners:
            for file in await self.list_execution(owner):
                await self._bring(file.uri, file.size_bytes)
        for uri in files:
            with contextlib.suppress(ArtifactMissing):
                await self.bring(uri)
        await self._near_threads.run(self._near.say_whole)

    async def bring(self, uri: ArtifactUri) -> None:
        """See to it that expressions can read an artifact at once; nothing newer is replaced."""
        await self._bring(uri, await self.size(uri))

    async def _bring(self, uri: ArtifactUri, size_bytes: int) -> None:
        content = b""
        if size_bytes <= NEAR_BYTES:
            content = b"".join([chunk async for chunk in self.open(uri)])
        await self._near_threads.run(self._near.add, uri, size_bytes, content)

    async def copy(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Copy an artifact, whole; its size in bytes."""
        size_bytes = await self.size(source)
        if await self._of(source, self._files.copy, source, target):
            await self._near_threads.run(self._near.copy, source, target, size_bytes)
            return size_bytes
        return await copied_through(self, source, target)

    async def _publish(self, path: Path, uri: ArtifactUri) -> None:
        await self._tries.run(f"store {uri}", self._files.put, path, uri)
        await self._near_threads.run(self._near.keep, path, uri)

    async def _delete_tree(self, segments: Sequence[str]) -> None:
        await self._tries.run("be emptied", self._files.delete_tree, segments)
        await self._near_threads.run(self._near.delete_tree, segments)

    async def _of(
        self,
        uri: ArtifactUri,
        work: Callable[_Arguments, _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        try:
            return await self._tries.run(f"give {uri}", work, *arguments, **named)
        except FileNotFoundError as cause:
            raise ArtifactMissing(f"There is no artifact {uri}.") from cause


class _Writer(DraftWriter):
    """Writes here, and sends the whole."""

    def __init__(
        self, draft: Draft, publish: Callable[[Path], Awaitable[None]], threads: Threads
    ) -> None:
        super().__init__(draft, threads)
        self._publish = publish

    async def finish(self, sha256: str = "") -> int:
        """Make it durable and visible."""
        path, size_bytes = await self._threads.run(self._draft.seal, sha256)
        await self._publish(path)
        await self._threads.run(self._draft.discard)
        return size_bytes


class _Reader:
    """A file that is being read, in threads; a cancelled read goes on in its thread to the end."""

    def __init__(self, files: RemoteFiles, uri: ArtifactUri) -> None:
        self._files = files
        self._uri = uri
        self._lock = threading.Lock()
        self._file: Any = None

    def open(self, offset: int) -> None:
        """Begin at an offset."""
        with self._lock:
            self._file = self._files.open(self._uri, offset)

    def read(self) -> bytes:
        """The next chunk; empty at the end."""
        with self._lock:
            return self._files.read(self._file, self._uri) if self._file is not None else b""

    def close(self) -> None:
        """Close; may be called again."""
        with self._lock:
            if self._file is not None:
                let_go(self._file)
                self._file = None
