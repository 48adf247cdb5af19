"""Files below a root folder, reached without following a single link; all calls block."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lanner_coordinator.runtime.artifacts.errors import ArtifactMissing, ArtifactRefused
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri

_PARTIAL = ".partial"
"""Folder of files that are being written; no namespace can have this name."""

_TRIES = 20
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe that somebody put there would wait for its other end.
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER_MODE = 0o700


class Folder:
    """The root folder of a storage."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._partial = root / _PARTIAL

    def prepare(self) -> None:
        """Make the folders, and remove what a crash has left of files that were being written."""
        self._root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._partial.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        for path in self._partial.iterdir():
            path.unlink()

    def new_file(self) -> tuple[int, str]:
        """A new empty file that nobody sees: descriptor and path."""
        return tempfile.mkstemp(dir=self._partial)

    def publish(self, path: str, uri: ArtifactUri) -> None:
        """Give a file that `new_file` made its place, durably, instead of an older one."""
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
        if not stat.S_ISREG(os.fstat(file).st_mode):
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
        path = str(self._partial / secrets.token_hex(16))
        with self._parent(source) as parent:
            os.link(source.name, path, src_dir_fd=parent, follow_symlinks=False)
        try:
            self.publish(path, target)
        finally:
            Path(path).unlink(missing_ok=True)
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

    def list_tree(self, segments: Sequence[str]) -> list[tuple[str, ...]]:
        """All files below a folder, as segments from the root; raises FileNotFoundError."""
        found: list[tuple[str, ...]] = []
        with self._opened(tuple(segments)) as top:
            for folder, _, names, _ in os.fwalk(dir_fd=top):
                inner = Path(folder).parts
                found += [(*segments, *inner, name) for name in names]
        return found

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
