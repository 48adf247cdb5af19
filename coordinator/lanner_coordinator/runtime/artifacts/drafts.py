"""Files that are being written, which nobody sees yet; all calls block.

A cancelled call leaves its thread at work for a moment, so each draft has a lock that keeps it open
until that thread is done.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from lanner_coordinator.runtime.artifacts.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactRefused,
    ArtifactTooLarge,
    StorageFull,
    UploadOutOfStep,
)
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES, Resumption, Written
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri

PARTIAL_NAME = ".partial"
"""Folder of drafts; no namespace can have this name."""

_RESUMABLE = "upload-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class Drafts:
    """All drafts of a storage, in one folder of this machine."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Nothing is touched yet.

        Args:
            folder: Where they are written.
            limit_bytes: That an artifact may have; 0: any number.
        """
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._resumable: dict[str, Draft] = {}

    def prepare(self) -> None:
        """Make the folder, and remove what a crash has left that no upload goes on with."""
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if not path.name.startswith(_RESUMABLE):
                path.unlink()

    def admit(self, uri: ArtifactUri, size_bytes: int, key: str) -> None:
        """Refuse what is too large, or more than the disk has space for."""
        refuse_size(uri, size_bytes, self._limit_bytes)
        missing_bytes = size_bytes - (self.size(key) if key else 0)
        free_bytes = shutil.disk_usage(self._folder).free
        if missing_bytes > free_bytes:
            raise StorageFull(
                f"{uri} is not stored: the disk of the artifact storage is full, {missing_bytes} "
                f"bytes are to come and {free_bytes} are free. Make space and send it again."
            )

    def begin(self, uri: ArtifactUri, resumption: Resumption | None) -> Draft:
        """A draft of an artifact; one of the same key that is still open is closed."""
        if resumption is None:
            return Draft(self, uri, self._limit_bytes)
        path = self._path_of(resumption.key)
        draft = Draft(self, uri, self._limit_bytes, path)
        with self._lock:
            earlier, self._resumable[path.name] = self._resumable.get(path.name), draft
        # Not under the lock: it waits for what the earlier one is just writing.
        if earlier is not None:
            earlier.close()
        try:
            draft.go_on(resumption.offset)
        except BaseException:
            draft.close()
            raise
        return draft

    def size(self, key: str) -> int:
        """Bytes that an upload has brought so far."""
        try:
            return self._path_of(key).stat().st_size
        except FileNotFoundError:
            return 0

    def drop(self, before: datetime) -> int:
        """Remove what was last written before this date and is not being written; how many."""
        count = 0
        with self._lock:
            open_names = set(self._resumable)
        for path in self._folder.iterdir():
            if not path.name.startswith(_RESUMABLE) or path.name in open_names:
                continue
            with contextlib.suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
                    count += 1
        return count

    def new_file(self) -> tuple[int, Path]:
        """A new empty file: descriptor and path."""
        file, path = tempfile.mkstemp(dir=self._folder)
        return file, Path(path)

    def forget(self, draft: Draft, path: Path) -> None:
        """A draft is closed."""
        with self._lock:
            if self._resumable.get(path.name) is draft:
                del self._resumable[path.name]

    def _path_of(self, key: str) -> Path:
        return self._folder / (_RESUMABLE + hashlib.sha256(key.encode()).hexdigest()[:40])


class Draft:
    """A file that is being written, in threads; made by its first use."""

    def __init__(
        self, drafts: Drafts, uri: ArtifactUri, limit_bytes: int, path: Path | None = None
    ) -> None:
        self._drafts = drafts
        self._uri = uri
        self._limit_bytes = limit_bytes
        self._lock = threading.RLock()
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._file: int | None = None
        self._path = path
        self._is_resumable = path is not None
        self._is_spoilt = False
        self._is_over = False

    def go_on(self, offset: int) -> None:
        """Open an earlier beginning and read it up to the offset; the rest of it is dropped.

        Raises:
            UploadOutOfStep: There is less of it.
        """
        with self._lock, artifact_errors(self._uri):
            self._refuse_if_over()
            file = os.open(str(self._path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
            self._file = file
            size_bytes = os.fstat(file).st_size
            if size_bytes < offset:
                raise UploadOutOfStep(
                    f"{self._uri} cannot go on at byte {offset}: {size_bytes} bytes of it are here."
                )
            os.ftruncate(file, offset)
            while self._size_bytes < offset:
                chunk = os.read(file, min(CHUNK_BYTES, offset - self._size_bytes))
                self._hash.update(chunk)
                self._size_bytes += len(chunk)

    def write(self, chunk: bytes) -> None:
        """Append."""
        with self._lock, artifact_errors(self._uri):
            file = self._opened()
            try:
                refuse_size(self._uri, self._size_bytes + len(chunk), self._limit_bytes)
            except ArtifactTooLarge:
                self._is_spoilt = True
                raise
            view = memoryview(chunk)
            while view:
                view = view[os.write(file, view) :]
            self._hash.update(chunk)
            self._size_bytes += len(chunk)

    def finish(self, sha256: str, publish: Callable[[Path], None]) -> int:
        """Check and publish; its size in bytes.

        Args:
            sha256: What it must have, in hexadecimal; empty: not known.
            publish: Gives the whole file its place, and takes it away from here.
        """
        with self._lock, artifact_errors(self._uri):
            path, size_bytes = self.seal(sha256)
            publish(path)
            self.discard()
            return size_bytes

    def written(self) -> Written:
        """What was written so far."""
        with self._lock:
            return Written(size_bytes=self._size_bytes, sha256=self._hash.hexdigest())

    def seal(self, sha256: str) -> tuple[Path, int]:
        """Check, and make durable: where it is and its size in bytes."""
        with self._lock, artifact_errors(self._uri):
            file = self._opened()
            if sha256 and sha256.lower() != self._hash.hexdigest():
                self._is_spoilt = True
                raise ArtifactDamaged(
                    f"{self._uri} is not stored: its {self._size_bytes} bytes have the SHA-256 "
                    f"{self._hash.hexdigest()}, not {sha256}. Send it again."
                )
            assert self._path is not None
            os.fsync(file)
            return self._path, self._size_bytes

    def discard(self) -> None:
        """Close, and remove it."""
        with self._lock:
            self._close(is_kept=False)

    def close(self) -> None:
        """Close, and remove it unless its upload may go on."""
        with self._lock:
            self._close(is_kept=self._is_resumable and not self._is_spoilt)

    def _refuse_if_over(self) -> None:
        if self._is_over:
            raise ArtifactError(f"{self._uri} is not being written any more.")

    def _opened(self) -> int:
        self._refuse_if_over()
        if self._file is None:
            self._file, self._path = self._drafts.new_file()
        return self._file

    def _close(self, *, is_kept: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._path is not None:
            if not is_kept:
                self._path.unlink(missing_ok=True)
            if self._is_resumable:
                self._drafts.forget(self, self._path)


def refuse_size(uri: ArtifactUri, size_bytes: int, limit_bytes: int) -> None:
    """Refuse an artifact above the limit.

    Raises:
        ArtifactTooLarge: It is.
    """
    if limit_bytes and size_bytes > limit_bytes:
        raise ArtifactTooLarge(
            f"{uri} is not stored: it has more than {limit_bytes} bytes, which is the limit of "
            "this coordinator (`max_bytes` under [artifacts] in its configuration)."
        )


@contextlib.contextmanager
def artifact_errors(uri: ArtifactUri) -> Iterator[None]:
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
