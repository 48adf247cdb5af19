"""Keeps the texts to be masked where a killed agent finds them again: in memory, never on disk.

A container outlives its agent, and so must the means to hide its secrets. Linux has folders that
live in memory (tmpfs); elsewhere nothing is kept, and the lines of a command that is found again
are withheld (see `attempt_context`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from lanner_agent.ids import AttemptId

log = logging.getLogger(__name__)

MOUNTS = Path("/proc/mounts")
_CANDIDATES = (Path("/dev/shm"), Path("/run/shm"))


class SecretMemory:
    """Texts to be masked, by attempt, in a folder that lives in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, attempt_id: AttemptId, secrets: Sequence[str]) -> None:
        """Keep the texts of an attempt."""
        if self._folder is None or not secrets:
            return
        if not _is_own(self._folder):
            log.warning("%s is not this user's own: secrets are not kept.", self._folder)
            return
        path = self._folder / attempt_id
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(list(secrets)))

    def recall(self, attempt_id: AttemptId) -> Sequence[str] | None:
        """The texts of an attempt; absent: they are lost."""
        if self._folder is None:
            return None
        try:
            content = (self._folder / attempt_id).read_bytes()
            return msgspec.json.decode(content, type=list[str])
        except (OSError, msgspec.DecodeError):
            return None

    def forget(self, attempt_id: AttemptId) -> None:
        """Remove the texts of an attempt."""
        if self._folder is not None:
            (self._folder / attempt_id).unlink(missing_ok=True)

    def forget_all_but(self, attempt_ids: frozenset[AttemptId]) -> None:
        """Remove the texts of attempts that are no longer held."""
        if self._folder is not None and self._folder.exists():
            for path in self._folder.iterdir():
                if path.name not in attempt_ids:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folder unless there is something to be remembered."""
        if self._folder is not None:
            with suppress(OSError):
                self._folder.rmdir()


def secret_memory_for(data_folder: Path) -> SecretMemory:
    """The secret memory of the agent that works in a data folder."""
    name = hashlib.sha256(os.fsencode(data_folder.absolute())).hexdigest()[:16]
    roots = _memory_folders()
    return SecretMemory(roots[0] / f"lanner-agent-{os.getuid()}-{name}" if roots else None)


def _is_own(folder: Path) -> bool:
    """Make the folder; whether nobody else can read it or has put another one there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    is_folder = stat.S_ISDIR(status.st_mode)
    return is_folder and status.st_uid == os.getuid() and status.st_mode & 0o077 == 0


def _memory_folders() -> list[Path]:
    runtime_dir = os.environ.get("XDG_RUNTIME_DIR")
    candidates = ([Path(runtime_dir)] if runtime_dir else []) + list(_CANDIDATES)
    try:
        mounts = [line.split(" ") for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return []
    in_memory = {fields[1] for fields in mounts if fields[2] in ("tmpfs", "ramfs")}
    return [path for path in candidates if str(path) in in_memory and path.is_dir()]
