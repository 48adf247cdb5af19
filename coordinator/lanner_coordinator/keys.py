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
        return make_key(path)


def make_key(path: Path) -> bytes:
    """A new key, on disk with mode 0600; it takes the place of what is there, at once.

    Raises:
        OSError: The file cannot be written.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    replace_key(part, path)
    return key


def replace_key(new: Path, old: Path) -> None:
    """Put one key file in the place of another, so that a crash leaves one of them.

    Raises:
        OSError: It cannot be moved.
    """
    new.replace(old)
    folder = os.open(old.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
