"""Keys that the coordinator makes for itself at its first start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_KEY_BYTES = 32


def load_or_make_key(path: Path) -> bytes:
    """The key in a file; made, with mode 0600 and on disk, when there is none.

    Raises:
        OSError: The file cannot be read or written.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _make_key(path)


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(path)
    return key
