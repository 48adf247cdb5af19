"""The folder of `lanner up`: one supervisor at a time, and the logs of its children."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import ExitCode

LOCK_NAME = "up.lock"
# Longest path of a Unix socket on Linux and macOS, its final zero left out.
MAX_SOCKET_PATH_BYTES = 103
OWNER_ONLY = 0o700


@contextmanager
def held_data_folder(folder: Path) -> Iterator[None]:
    """Make the folder if it is not there, and hold it alone.

    Raises:
        CliError: Another `lanner up` holds it, it cannot be used, or its path is too long.
    """
    _check_socket_path(folder)
    try:
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CliError(
            f"cannot use {folder}",
            why=str(error),
            fix="give another folder with --data, or correct its rights",
        ) from error
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def rotated_log(folder: Path, name: str) -> Path:
    """Path of a child's log; that of the last run is kept beside it as `NAME.log.1`."""
    path = folder / f"{name}.log"
    if path.exists():
        path.replace(folder / f"{name}.log.1")
    return path


def _lock(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip()
        raise CliError(
            f"another `lanner up` runs on {folder}",
            why=f"process {holder} holds {folder / LOCK_NAME}" if holder else "",
            fix="stop it with Ctrl+C there, or give this one another folder with --data",
            exit_code=ExitCode.CONFLICT,
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode("ascii"), 0)


def _check_socket_path(folder: Path) -> None:
    longest = folder / "coordinator.sock"
    if len(os.fsencode(longest)) > MAX_SOCKET_PATH_BYTES:
        raise CliError(
            f"the path of {folder} is too long for a Unix socket",
            why=f"{longest} has more than {MAX_SOCKET_PATH_BYTES} bytes",
            fix="give a shorter folder with --data",
            exit_code=ExitCode.USAGE,
        )
