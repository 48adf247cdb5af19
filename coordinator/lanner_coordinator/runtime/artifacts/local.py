"""Artifact storage in a folder of the coordinator's machine.

Files are read and written in a few threads. A cancelled call leaves its thread at work for a
moment, so each file has a lock that keeps it open until that thread is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from lanner_coordinator.runtime.artifacts.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
    StorageFull,
)
from lanner_coordinator.runtime.artifacts.folder import Folder
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES, ArtifactWriter
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri, Owner, execution_folder

THREAD_COUNT = 4
"""Reads and writes that run at once; further ones wait."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_NO_LINKS = (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class LocalArtifacts:
    """Artifacts in files below a folder, which only the coordinator's user can read."""

    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)
        self._threads = ThreadPoolExecutor(THREAD_COUNT, thread_name_prefix="lanner-artifact")

    async def __aenter__(self) -> Self:
        """Open, and remove what a crash has left of artifacts that were being written."""
        await self._run(self._folder.prepare)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await asyncio.to_thread(self._threads.shutdown)

    @contextlib.asynccontextmanager
    async def writer(self, uri: ArtifactUri) -> AsyncIterator[ArtifactWriter]:
        """Write an artifact; nothing is left of it unless `finish` was called inside."""
        file = _NewFile(self._folder, uri)
        try:
            yield _Writer(file, self._threads)
        finally:
            # Not `_run`: also when the caller is cancelled the thread goes on to the end.
            await asyncio.get_running_loop().run_in_executor(self._threads, file.discard)

    async def open(self, uri: ArtifactUri, offset: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from an offset on, in chunks of `CHUNK_BYTES`."""
        file = await self._run(_OpenFile, self._folder, uri)
        try:
            while chunk := await self._run(file.read, offset):
                offset += len(chunk)
                yield chunk
        finally:
            await self._run(file.close)

    async def size(self, uri: ArtifactUri) -> int:
        """Bytes."""
        with _artifact_errors(uri):
            return await self._run(self._folder.size, uri)

    async def exists(self, uri: ArtifactUri) -> bool:
        """Whether there is such an artifact."""
        try:
            await self.size(uri)
        except ArtifactMissing:
            return False
        return True

    async def delete(self, uri: ArtifactUri) -> None:
        """Remove it; one that is missing is fine."""
        with contextlib.suppress(ArtifactMissing), _artifact_errors(uri):
            await self._run(self._folder.delete, uri)

    async def delete_execution(self, owner: Owner) -> None:
        """Remove all artifacts of an execution; none is fine."""
        with contextlib.suppress(FileNotFoundError):
            await self._run(self._folder.delete_tree, execution_folder(owner))

    async def list_execution(self, owner: Owner) -> Sequence[ArtifactUri]:
        """All artifacts of an execution, in order of their URIs; none is fine."""
        try:
            found = await self._run(self._folder.list_tree, execution_folder(owner))
        except FileNotFoundError:
            return []
        return [ArtifactUri(segments=segments) for segments in sorted(found)]

    async def copy(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Copy an artifact, whole; its size in bytes."""
        try:
            return await self._run(self._folder.link, source, target)
        except FileNotFoundError as cause:
            raise ArtifactMissing(f"There is no artifact {source}.") from cause
        except OSError as cause:
            if cause.errno not in _NO_LINKS:
                raise
        async with self.writer(target) as writer:
            async for chunk in self.open(source):
                await writer.write(chunk)
            return await writer.finish()

    async def _run(
        self,
        work: Callable[_Arguments, _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        """Do something that blocks, in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: work(*arguments, **named)
        )


class _Writer:
    """Passes what is written to a thread."""

    def __init__(self, file: _NewFile, threads: ThreadPoolExecutor) -> None:
        self._file = file
        self._threads = threads

    async def write(self, chunk: bytes) -> None:
        """Append."""
        await self._run(_NewFile.write, chunk)

    async def finish(self, sha256: str = "") -> int:
        """Make it durable and visible."""
        return await self._run(_NewFile.finish, sha256)

    async def _run(
        self,
        work: Callable[Concatenate[_NewFile, _Arguments], _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: work(self._file, *arguments, **named)
        )


class _NewFile:
    """A file that is being written, in threads; made by its first use."""

    def __init__(self, folder: Folder, uri: ArtifactUri) -> None:
        self._folder = folder
        self._uri = uri
        self._lock = threading.Lock()
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._file: int | None = None
        self._path = ""
        self._is_over = False

    def write(self, chunk: bytes) -> None:
        """Append."""
        with self._lock, _artifact_errors(self._uri):
            file = self._opened()
            view = memoryview(chunk)
            while view:
                view = view[os.write(file, view) :]
            self._hash.update(chunk)
            self._size_bytes += len(chunk)

    def finish(self, sha256: str) -> int:
        """Check, make durable and publish."""
        with self._lock, _artifact_errors(self._uri):
            file = self._opened()
            if sha256 and sha256.lower() != self._hash.hexdigest():
                raise ArtifactDamaged(
                    f"{self._uri} is not stored: its {self._size_bytes} bytes have the SHA-256 "
                    f"{self._hash.hexdigest()}, not {sha256}. Send it again."
                )
            os.fsync(file)
            self._folder.publish(self._path, self._uri)
            self._path = ""
            self._close()
            return self._size_bytes

    def discard(self) -> None:
        """Close, and remove what was not published."""
        with self._lock:
            self._close()

    def _opened(self) -> int:
        if self._is_over:
            raise ArtifactError(f"{self._uri} is not being written any more.")
        if self._file is None:
            self._file, self._path = self._folder.new_file()
        return self._file

    def _close(self) -> None:
        self._is_over = True
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._path:
            Path(self._path).unlink(missing_ok=True)
            self._path = ""


class _OpenFile:
    """A file that is being read, in threads."""

    def __init__(self, folder: Folder, uri: ArtifactUri) -> None:
        self._uri = uri
        self._lock = threading.Lock()
        with _artifact_errors(uri):
            self._file: int | None = folder.open(uri)

    def read(self, offset: int) -> bytes:
        """The chunk at an offset; empty at the end."""
        with self._lock, _artifact_errors(self._uri):
            return os.pread(self._file, CHUNK_BYTES, offset) if self._file is not None else b""

    def close(self) -> None:
        """Close; may be called again."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


@contextlib.contextmanager
def _artifact_errors(uri: ArtifactUri) -> Iterator[None]:
    """Turn what the system raises into sentences."""
    try:
        yield
    except FileNotFoundError as cause:
        raise ArtifactMissing(f"There is no artifact {uri}.") from cause
    except OSError as cause:
        if cause.errno in _FULL:
            raise StorageFull(
                f"{uri} is not stored: the disk of the artifact storage is full. Make space and "
                "send it again."
            ) from cause
        if cause.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EMLINK):
            raise ArtifactRefused(
                f"{uri} is refused: a part of its path is a link, or a file in place of a folder."
            ) from cause
        raise ArtifactError(f"{uri} cannot be reached: {cause.strerror}.") from cause
