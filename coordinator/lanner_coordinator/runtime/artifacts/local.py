"""Artifact storage in a folder of the coordinator's machine.

Files are read and written in a few threads. A cancelled call leaves its thread at work for a
moment, so each file has a lock that keeps it open until that thread is done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from lanner_coordinator.runtime.artifacts.drafts import (
    PARTIAL_NAME,
    Draft,
    Drafts,
    artifact_errors,
)
from lanner_coordinator.runtime.artifacts.errors import ArtifactMissing
from lanner_coordinator.runtime.artifacts.folder import Folder
from lanner_coordinator.runtime.artifacts.storage import (
    CHUNK_BYTES,
    ArtifactWriter,
    Resumption,
    StoredFile,
)
from lanner_coordinator.runtime.artifacts.threads import Threads
from lanner_coordinator.runtime.artifacts.uri import (
    ArtifactFolder,
    ArtifactUri,
    Owner,
    execution_folder,
)
from lanner_coordinator.runtime.artifacts.walking import copied_through, folders_below
from lanner_coordinator.runtime.artifacts.writing import DraftWriter

THREAD_COUNT = 4
"""Reads and writes that run at once; further ones wait."""

_NO_LINKS = (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP)


class LocalArtifacts:
    """Artifacts in files below a folder, which only the coordinator's user can read."""

    def __init__(self, root: Path, limit_bytes: int = 0) -> None:
        """Nothing is touched yet.

        Args:
            root: Folder of the files.
            limit_bytes: That an artifact may have; 0: any number.
        """
        self._folder = Folder(root)
        self._drafts = Drafts(root / PARTIAL_NAME, limit_bytes)
        self._threads = Threads(THREAD_COUNT)

    async def __aenter__(self) -> Self:
        """Open, and remove what a crash has left of artifacts that were being written."""
        await self._threads.run(self._folder.prepare)
        await self._threads.run(self._drafts.prepare)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self._threads.close()

    async def admit(self, uri: ArtifactUri, size_bytes: int, key: str = "") -> None:
        """Refuse a file before its first byte."""
        await self._threads.run(self._drafts.admit, uri, size_bytes, key)

    @contextlib.asynccontextmanager
    async def writer(
        self, uri: ArtifactUri, resumption: Resumption | None = None
    ) -> AsyncIterator[ArtifactWriter]:
        """Write an artifact; nothing is left of it unless `finish` was called inside."""
        draft = await self._threads.run(self._drafts.begin, uri, resumption)
        try:
            yield _Writer(draft, lambda path: self._folder.publish(path, uri), self._threads)
        finally:
            await self._threads.run(draft.close)

    async def unfinished(self, key: str) -> int:
        """Bytes that are aside of the upload with this key."""
        return await self._threads.run(self._drafts.size, key)

    async def drop_unfinished(self, before: datetime) -> int:
        """Remove what is aside of uploads that nobody went on with since; how many."""
        return await self._threads.run(self._drafts.drop, before)

    async def open(self, uri: ArtifactUri, offset: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from an offset on, in chunks of `CHUNK_BYTES`."""
        file = await self._threads.run(_OpenFile, self._folder, uri)
        try:
            while chunk := await self._threads.run(file.read, offset):
                offset += len(chunk)
                yield chunk
        finally:
            await self._threads.run(file.close)

    async def size(self, uri: ArtifactUri) -> int:
        """Bytes."""
        with artifact_errors(uri):
            return await self._threads.run(self._folder.size, uri)

    async def exists(self, uri: ArtifactUri) -> bool:
        """Whether there is such an artifact."""
        try:
            await self.size(uri)
        except ArtifactMissing:
            return False
        return True

    async def delete(self, uri: ArtifactUri) -> None:
        """Remove it; one that is missing is fine."""
        with contextlib.suppress(ArtifactMissing), artifact_errors(uri):
            await self._threads.run(self._folder.delete, uri)

    async def delete_execution(self, owner: Owner) -> None:
        """Remove all artifacts of an execution; none is fine."""
        with contextlib.suppress(FileNotFoundError):
            await self._threads.run(self._folder.delete_tree, execution_folder(owner))

    async def list_execution(self, owner: Owner) -> Sequence[StoredFile]:
        """All artifacts of an execution, in order of their URIs; none is fine."""
        return await self.list_folder(ArtifactFolder(segments=execution_folder(owner)))

    async def list_folder(self, folder: ArtifactFolder) -> Sequence[StoredFile]:
        """All artifacts in a folder, in order of their URIs; none is fine."""
        try:
            found = await self._threads.run(self._folder.list_tree, folder.segments)
        except FileNotFoundError:
            return []
        return sorted(found, key=lambda file: file.uri.segments)

    def folders(self) -> AsyncIterator[ArtifactFolder]:
        """Folders of all executions, uploads and caches; those that come and go may be missed."""
        return folders_below(lambda above: self._threads.run(self._folder.folders_below, above))

    async def delete_folder(self, folder: ArtifactFolder) -> None:
        """Remove a folder with all artifacts in it; none is fine."""
        with contextlib.suppress(FileNotFoundError):
            await self._threads.run(self._folder.delete_tree, folder.segments)

    async def bring_near(self, owners: Iterable[Owner], files: Iterable[ArtifactUri] = ()) -> None:
        """They are here."""

    async def bring(self, uri: ArtifactUri) -> None:
        """It is here, or nowhere."""
        await self.size(uri)

    async def copy(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Copy an artifact, whole; its size in bytes."""
        try:
            return await self._threads.run(self._folder.link, source, target)
        except FileNotFoundError as cause:
            raise ArtifactMissing(f"There is no artifact {source}.") from cause
        except OSError as cause:
            if cause.errno not in _NO_LINKS:
                with artifact_errors(target):
                    raise
        return await copied_through(self, source, target)


class _Writer(DraftWriter):
    """Publishes by a rename."""

    def __init__(self, draft: Draft, publish: Callable[[Path], None], threads: Threads) -> None:
        super().__init__(draft, threads)
        self._publish = publish

    async def finish(self, sha256: str = "") -> int:
        """Make it durable and visible."""
        return await self._threads.run(self._draft.finish, sha256, self._publish)


class _OpenFile:
    """A file that is being read, in threads."""

    def __init__(self, folder: Folder, uri: ArtifactUri) -> None:
        self._uri = uri
        self._lock = threading.Lock()
        with artifact_errors(uri):
            self._file: int | None = folder.open(uri)

    def read(self, offset: int) -> bytes:
        """The chunk at an offset; empty at the end."""
        with self._lock, artifact_errors(self._uri):
            return os.pread(self._file, CHUNK_BYTES, offset) if self._file is not None else b""

    def close(self) -> None:
        """Close; may be called again."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
