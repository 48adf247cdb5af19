"""What the coordinator keeps near of artifacts elsewhere: small ones, and the sizes of all.

Expressions such as `read()` and `fileSize()` do not wait for a storage elsewhere. Of an artifact
that they could not read anyway a file without content stands here, which has its size and takes no
space.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from lanner_coordinator.runtime.artifacts.drafts import Drafts, artifact_errors
from lanner_coordinator.runtime.artifacts.folder import Folder
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri

NEAR_BYTES = 1024 * 1024
"""Largest artifact whose content is kept near."""


class NearFiles:
    """Files below a folder of this machine, under the same names as in the storage."""

    def __init__(self, root: Path, drafts: Drafts) -> None:
        """Nothing is touched yet.

        Args:
            root: Folder of the files.
            drafts: Of the same file system.
        """
        self._folder = Folder(root)
        self._drafts = drafts
        self._mark = root / ".whole"

    def prepare(self) -> None:
        """Make the folder."""
        self._folder.prepare()

    def is_whole(self) -> bool:
        """Whether nothing is missing of live executions."""
        return self._mark.exists()

    def say_whole(self) -> None:
        """Nothing is missing of live executions."""
        self._mark.touch()

    def keep(self, path: Path, uri: ArtifactUri) -> None:
        """Keep what is needed of an artifact that was just stored from a file."""
        size_bytes = path.stat().st_size
        content = path.read_bytes() if size_bytes <= NEAR_BYTES else b""
        self.keep_content(uri, size_bytes, content)

    def keep_content(self, uri: ArtifactUri, size_bytes: int, content: bytes) -> None:
        """Keep an artifact's content, which is empty where it is too large, and its size."""
        with artifact_errors(uri):
            file, path = self._drafts.new_file()
            try:
                os.write(file, content)
                os.ftruncate(file, size_bytes)
                self._folder.publish(path, uri)
            finally:
                os.close(file)
                path.unlink(missing_ok=True)

    def add(self, uri: ArtifactUri, size_bytes: int, content: bytes) -> None:
        """As `keep_content`, unless it is near: one that was stored meanwhile is newer."""
        with artifact_errors(uri):
            try:
                self._folder.size(uri)
            except FileNotFoundError:
                self.keep_content(uri, size_bytes, content)

    def copy(self, source: ArtifactUri, target: ArtifactUri, size_bytes: int) -> None:
        """An artifact was copied."""
        try:
            self._folder.link(source, target)
        except OSError:
            self.keep_content(target, size_bytes, b"")

    def delete(self, uri: ArtifactUri) -> None:
        """An artifact was removed."""
        with contextlib.suppress(OSError):
            self._folder.delete(uri)

    def delete_tree(self, segments: Sequence[str]) -> None:
        """A folder was removed."""
        with contextlib.suppress(OSError):
            self._folder.delete_tree(segments)
