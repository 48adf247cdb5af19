"""Files below a root folder, reached without following a single link; all calls block."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lanner_coordinator.runtime.artifacts.drafts import PARTIAL_NAME
from lanner_coordinator.runtime.artifacts.errors import ArtifactMissing, ArtifactRefused
from lanner_coordinator.runtime.artifacts.storage import StoredFile
from lanner_coordinator.runtime.artifacts.uri import (
    FILES_NAME,
    ArtifactFolder,
    ArtifactUri,
    folder_at,
)

_TRIES = 20
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe that somebody put there would wait for its other end.
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER_MODE = 0o700


class Folder:
    """The root folder of a storage."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._partial = root / PARTIAL_NAME

    def prepare(self) -> None:
        """Make the root."""
        self._root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)

    def publish(self, path: Path, uri: ArtifactUri) -> None:
        """Give a file of the same file system its place, durably, instead of an older one."""
        for _ in range(_TRIES):
            with contextlib.suppress(FileNotFoundError), self._parent(uri, is_made=True) as parent:
                os.rename(path, uri.name, dst_dir_fd=parent)
                os.fsync(parent)
                return
        # Each time somebody deleted the last file of the folder at this very moment.
        raise ArtifactMissing(f"{uri} cannot be written: its folder vanishes.")

    def open(self, uri: ArtifactUri) -> int:
        """A descriptor to read a file with."""
        with self._parent(uri) as parent:
            file = os.open(uri.name, _READ_FLAGS, dir_fd=parent)
        mode = os.fstat(file).st_mode
        if stat.S_ISDIR(mode):
            os.close(file)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(uri))
        if not stat.S_ISREG(mode):
            os.close(file)
            raise ArtifactRefused(f"{uri} is not a file.")
        return file

    def link(self, source: ArtifactUri, target: ArtifactUri) -> int:
        """Give a file a second name, in place of an older one; its size.

        Files are replaced, never changed, so that neither name sees what becomes of the other.

        Raises:
            FileNotFoundError: There is no such file.
            OSError: Among others where the file system has no links.
        """
        size = self.size(source)
        path = self._partial / secrets.token_hex(16)
        with self._parent(source) as parent:
            os.link(source.name, path, src_dir_fd=parent, follow_symlinks=False)
        try:
            self.publish(path, target)
        finally:
            path.unlink(missing_ok=True)
        return size

    def size(self, uri: ArtifactUri) -> int:
        """Bytes of a file."""
        file = self.open(uri)
        try:
            return os.fstat(file).st_size
        finally:
            os.close(file)

    def delete(self, uri: ArtifactUri) -> None:
        """Remove a file, and the folders that are empty then."""
        with self._parent(uri) as parent:
            os.unlink(uri.name, dir_fd=parent)
        segments = uri.segments[:-1]
        with contextlib.suppress(OSError):  # the first folder that is not empty ends it
            while segments:
                with self._opened(segments[:-1]) as parent:
                    os.rmdir(segments[-1], dir_fd=parent)
                segments = segments[:-1]

    def delete_tree(self, segments: Sequence[str]) -> None:
        """Remove a folder with all that is in it; raises FileNotFoundError."""
        with self._opened(tuple(segments[:-1])) as parent:
            shutil.rmtree(segments[-1], dir_fd=parent)

    def list_tree(self, segments: Sequence[str]) -> list[StoredFile]:
        """All files below a folder; raises FileNotFoundError."""
        found: list[StoredFile] = []
        with self._opened(tuple(segments)) as top:
            for folder, _, names, descriptor in os.fwalk(dir_fd=top):
                inner = Path(folder).parts
                for name in names:
                    with contextlib.suppress(FileNotFoundError):  # it was removed meanwhile
                        status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                        uri = ArtifactUri(segments=(*segments, *inner, name))
                        found.append(_stored(uri, status))
        return found

    def folders_below(self, segments: tuple[str, ...]) -> tuple[list[ArtifactFolder], list[str]]:
        """Folders of executions and uploads in a folder, and its other folders; none is fine."""
        found: list[ArtifactFolder] = []
        others: list[str] = []
        with contextlib.suppress(FileNotFoundError), self._opened(segments) as top:
            for name in sorted(os.listdir(top)):
                if name in (PARTIAL_NAME, FILES_NAME) or not _is_folder(name, top):
                    continue
                folder = folder_at((*segments, name))
                if folder is None:
                    others.append(name)
                else:
                    found.append(folder)
        return found, others

    def _parent(
        self, uri: ArtifactUri, *, is_made: bool = False
    ) -> contextlib.AbstractContextManager[int]:
        return self._opened(uri.segments[:-1], is_made=is_made)

    @contextlib.contextmanager
    def _opened(self, segments: tuple[str, ...], *, is_made: bool = False) -> Iterator[int]:
        """A descriptor of a folder below the root, which is made if asked."""
        folder = os.open(self._root, _FOLDER_FLAGS)
        try:
            for segment in segments:
                if is_made:
                    _make(segment, folder)
                inner = os.open(segment, _FOLDER_FLAGS, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


def _make(name: str, parent: int) -> None:
    """Make a folder, durably, unless it is there."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, _FOLDER_MODE, dir_fd=parent)
        os.fsync(parent)


def _is_folder(name: str, parent: int) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _stored(uri: ArtifactUri, status: os.stat_result) -> StoredFile:
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return StoredFile(uri=uri, size_bytes=status.st_size, modified_at=modified_at)
