"""The Unix socket of the coordinator: nobody else's, and not left over from a crash."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lanner_coordinator.errors import StartError

PROBE_SECONDS = 1.0
"""How long another coordinator may take to accept a connection."""

_OWNER_ONLY = 0o177
"""Mask that leaves a new socket readable and writable for its owner only."""


def clear_socket(path: Path) -> None:
    """Remove a socket that nobody listens on any more.

    Raises:
        StartError: Somebody listens there, or something else than a socket has this name.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise StartError(f"{path} is in the way: it is not a socket; move it elsewhere")
    if _is_listened_to(path):
        raise StartError(
            f"another coordinator listens on {path}: stop it, or choose another data folder"
        )
    path.unlink(missing_ok=True)


@contextmanager
def owner_only() -> Iterator[None]:
    """Files and sockets that are made inside belong to their owner alone.

    The mask is that of the whole process: nothing else may make files meanwhile.
    """
    before = os.umask(_OWNER_ONLY)
    try:
        yield
    finally:
        os.umask(before)


def _is_listened_to(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError as error:
            # It neither accepts nor refuses, so somebody has it open: leave it alone.
            raise StartError(f"{path} cannot be looked at: {error}") from error
    return True
