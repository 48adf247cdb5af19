"""How a file of this machine is sent to a storage elsewhere, block after block."""

from __future__ import annotations

from pathlib import Path

from lanner_coordinator.runtime.artifacts.backends import FileSystem
from lanner_coordinator.runtime.artifacts.handles import give_up
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES

BLOCK_BYTES = 8 * 1024 * 1024
"""Of an upload or download that is in memory at once."""

_MOST_BLOCKS = 9_000
"""Parts that S3 takes of one file, with some to spare."""


def send(files: FileSystem, path: Path, place: str, *, has_folders: bool) -> None:
    """Send a file block after block; nothing is left open of it when that fails.

    Args:
        files: The file system.
        path: Of this machine.
        place: There.
        has_folders: A half may be seen there, and the server knows how large its blocks may be.
    """
    size_bytes = path.stat().st_size
    block_bytes = max(BLOCK_BYTES, -(-size_bytes // _MOST_BLOCKS))
    options = {} if has_folders else {"block_size": block_bytes}
    with path.open("rb") as source:
        target = files.open(place, "wb", **options)
        try:
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)
            target.close()
        except FileNotFoundError as cause:
            give_up(target, has_folders=has_folders)
            # S3 forgets an upload that it has put together, or that somebody tidied away.
            raise OSError(f"the upload is not known there any more: {cause}") from cause
        except BaseException:
            give_up(target, has_folders=has_folders)
            raise
    arrived = size_of(files, place)
    if arrived != size_bytes:
        raise OSError(f"{arrived} of {size_bytes} bytes arrived")


def size_of(files: FileSystem, place: str) -> int:
    """Bytes of a file there."""
    return int(files.info(place)["size"])
