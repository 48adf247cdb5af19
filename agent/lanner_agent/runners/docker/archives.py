"""Files as tar archives, in and out of containers, in pieces: a file may be larger than memory."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

from lanner_agent.errors import RunnerError

PIECE_BYTES = 256 * 1024

OPEN_FOLDER = 0o777
OPEN_FILE = 0o666


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end."""


class ArchiveWriter:
    """The pieces of an archive whose files everybody may read and write, owned by root."""

    def folder(self, path: str, modified_at: int = 0) -> bytes:
        """A folder."""
        entry = tarfile.TarInfo(path)
        entry.type = tarfile.DIRTYPE
        entry.mode = OPEN_FOLDER
        entry.mtime = modified_at
        return self._header(entry)

    def text(self, path: str, content: bytes) -> bytes:
        """A small file."""
        entry = tarfile.TarInfo(path)
        entry.size = len(content)
        entry.mode = OPEN_FILE
        return self._header(entry) + content + _padding(entry.size)

    def file(self, path: str, source: Path) -> Iterator[bytes]:
        """A file of this host."""
        with source.open("rb") as opened:
            status = os.fstat(opened.fileno())
            entry = tarfile.TarInfo(path)
            entry.size = status.st_size
            entry.mode = OPEN_FILE | stat.S_IMODE(status.st_mode)
            entry.mtime = int(status.st_mtime)
            yield self._header(entry)
            left = entry.size
            while left and (piece := opened.read(min(left, PIECE_BYTES))):
                left -= len(piece)
                yield piece
            if left:
                raise RunnerError(f"The file {source.name} became shorter while it was copied.")
            yield _padding(entry.size)

    def end(self) -> bytes:
        """What ends an archive."""
        return bytes(2 * tarfile.BLOCKSIZE)

    def _header(self, entry: tarfile.TarInfo) -> bytes:
        return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def write_tree(
    writer: ArchiveWriter, path: str, root: Path, text_files: Mapping[str, bytes]
) -> Iterator[bytes]:
    """The folder `path` with all that is in `root`, and text files; links are left out."""
    yield writer.folder(path)
    for folder, folders, names in os.walk(root):
        inner = Path(folder).relative_to(root)
        for name in folders:
            if not Path(folder, name).is_symlink():
                yield writer.folder(f"{path}/{(inner / name).as_posix()}")
        for name in names:
            source = Path(folder, name)
            if source.is_file() and not source.is_symlink():
                yield from writer.file(f"{path}/{(inner / name).as_posix()}", source)
    for folder_path in sorted({parent for name in text_files for parent in _parents(name)}):
        yield writer.folder(f"{path}/{folder_path}")
    for name, content in text_files.items():
        yield writer.text(f"{path}/{name}", content)


def extract(archive: Readable, target: Path, place: Callable[[str], str | None]) -> None:
    """Write the regular files of an archive below `target`.

    Links, devices and paths that lead elsewhere are left out.

    Args:
        archive: Read to its end.
        target: Folder of this host.
        place: Relative path for a path in the archive; absent: not wanted.

    Raises:
        RunnerError: The archive is broken, or the files cannot be written.
    """
    try:
        with tarfile.open(fileobj=cast(IO[bytes], archive), mode="r|", bufsize=PIECE_BYTES) as tar:
            for entry in tar:
                inner = place(entry.name) if entry.isreg() else None
                if inner is not None:
                    _extract_file(tar, entry, target / _checked(inner))
        while archive.read(PIECE_BYTES):
            pass
    except tarfile.TarError as cause:
        raise RunnerError(f"The files of the container came broken: {cause}.") from cause
    except OSError as cause:
        raise RunnerError(
            f"The files of the container cannot be written to {target}: {cause.strerror}."
        ) from cause


def _extract_file(tar: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    content = tar.extractfile(entry)
    assert content is not None, "regular files have content"
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        # A file that was placed here may be the same as one that others read.
        target.unlink()
    with target.open("xb") as opened:
        shutil.copyfileobj(content, opened, PIECE_BYTES)


def _checked(path: str) -> PurePosixPath:
    inner = PurePosixPath(path)
    if inner.is_absolute() or ".." in inner.parts:
        raise RunnerError(f'The container gave a file "{path}" that would not stay in its folder.')
    return inner


def _parents(path: str) -> list[str]:
    return [parent.as_posix() for parent in PurePosixPath(path).parents if parent.name]


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
