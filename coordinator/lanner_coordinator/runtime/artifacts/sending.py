"""How a file of this machine is sent to a storage elsewhere, block after block."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from lanner_coordinator.runtime.artifacts.backends import FileSystem
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES

BLOCK_BYTES = 8 * 1024 * 1024
"""Of an upload or download that is in memory at once."""

_MOST_BLOCKS = 9_000
"""Parts that S3 takes of one file, with some to spare."""


def send(files: FileSystem, path: Path, place: str) -> None:
    """Send a file block after block; nothing is left of it when that fails."""
    size_bytes = path.stat().st_size
    block_bytes = max(BLOCK_BYTES, -(-size_bytes // _MOST_BLOCKS))
    with path.open("rb") as source:
        target = files.open(place, "wb", block_size=block_bytes)
        try:
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)
            target.close()
        except BaseException:
            _give_up(target)
            raise
    arrived = size_of(files, place)
    if arrived != size_bytes:
        raise OSError(f"{arrived} of {size_bytes} bytes arrived")


def _give_up(target: Any) -> None:
    """Close an unfinished file, so that its end never makes the half of it visible."""
    with contextlib.suppress(Exception):
        target.discard()
    with contextlib.suppress(Exception):
        target.closed = True


def size_of(files: FileSystem, place: str) -> int:
    """Bytes of a file there."""
    return int(files.info(place)["size"])
