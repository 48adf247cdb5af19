"""Small artifacts that are read while a text is rendered: `read()`, `fileSize()`, `fileExists()`.

Rendering does not wait, so these reads hold the event loop up: they are local and bounded. What is
in a storage elsewhere only is fetched first.
"""

from __future__ import annotations

from pathlib import Path

from lanner_coordinator.runtime.artifacts import ArtifactError, Owner, parse_uri, refuse_reading
from lanner_coordinator.runtime.far_files import FarFiles, FarFileUnreadable

READ_LIMIT_BYTES = 1024 * 1024
"""Largest file that `read()` takes."""


class SmallFiles:
    """Reads files of a local artifact folder."""

    def __init__(self, root: Path, far: FarFiles | None = None) -> None:
        """Nothing is touched yet.

        Args:
            root: The folder.
            far: Fetches what is not in it; absent: there is nothing else.
        """
        self._root = root
        self._far = far

    def read_text(self, uri: str, owner: Owner) -> str:
        """The file's text.

        Raises:
            OSError: It cannot be read.
            ValueError: It is no file of the execution, too large, or no UTF-8.
            Wanted: It must be fetched first.
        """
        path = self._path(uri, owner)
        size = path.stat().st_size
        if size > READ_LIMIT_BYTES:
            raise ValueError(
                f"{uri} has {size} bytes: read() takes {READ_LIMIT_BYTES} at most; "
                "let a task read it instead"
            )
        return path.read_text(encoding="utf-8")

    def size_bytes(self, uri: str, owner: Owner) -> int:
        """The file's size; raises as `read_text`."""
        return self._path(uri, owner).stat().st_size

    def is_there(self, uri: str, owner: Owner) -> bool:
        """Whether it exists and may be read.

        Raises:
            FarFileUnreadable: The storage elsewhere does not say.
            Wanted: It must be asked first.
        """
        try:
            return self._path(uri, owner).is_file()
        except FarFileUnreadable:
            raise
        except (OSError, ValueError):
            return False

    def _path(self, uri: str, owner: Owner) -> Path:
        try:
            wanted = parse_uri(uri)
            refuse_reading(wanted, owner)
        except ArtifactError as error:
            raise ValueError(str(error)) from error
        path = self._root.joinpath(*wanted.segments)
        if path.resolve() != self._root.resolve().joinpath(*wanted.segments):
            raise ValueError(f"{uri} is a link")
        if self._far is not None and not path.exists():
            self._far.refuse(wanted)
        return path
