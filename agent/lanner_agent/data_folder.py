"""The agent's folder on this host, for its user only, and the lock that keeps it its own.

lock          held while the agent runs
state.json    what the agent last knew of the coordinator: epoch, lease
attempts.log  records of the attempts that are held
spool/        reports that are not acknowledged
work/         one folder for each attempt that is held
kept/         folders that outlive attempts, such as packages of scripts
shared/       one for each folder that attempts share
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lanner_agent.errors import ConfigError, DataFolderInUse


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFolder:
    """Where things are in the data folder.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def state_file(self) -> Path:
        """What the agent last knew of the coordinator."""
        return self.root / "state.json"

    @property
    def attempts_file(self) -> Path:
        """Records of the attempts that are held."""
        return self.root / "attempts.log"

    @property
    def spool(self) -> Path:
        """Reports that are not acknowledged."""
        return self.root / "spool"

    @property
    def work(self) -> Path:
        """One folder for each attempt."""
        return self.root / "work"

    @property
    def kept(self) -> Path:
        """Folders that outlive attempts."""
        return self.root / "kept"

    @property
    def shared(self) -> Path:
        """One folder for each that attempts share."""
        return self.root / "shared"

    def work_folder(self, attempt_id: str, shared_id: str = "") -> WorkFolder:
        """Where one attempt works; with `shared_id` in a working folder that others share."""
        shared_root = self.shared / shared_id if shared_id else None
        return WorkFolder(self.work / attempt_id, shared_root)

    def remove_work_folders_but(self, attempt_ids: frozenset[str]) -> None:
        """Remove what attempts left that are no longer held."""
        for folder in self.work.iterdir():
            if folder.name not in attempt_ids:
                shutil.rmtree(folder, ignore_errors=True)


class WorkFolder:
    """Where one attempt works on this host.

    Attributes:
        root: Its folder.
        shared_root: Holds the working folder, which is not its own; absent: it is.
        working_dir: What the command finds in its working folder.
        output_dir: What the command left in its output folder.
    """

    __slots__ = ("output_dir", "root", "shared_root", "working_dir")

    def __init__(self, root: Path, shared_root: Path | None = None) -> None:
        self.root = root
        self.shared_root = shared_root
        # Kept: both are asked for many times, and making a path costs as much as using it.
        self.working_dir = (shared_root or root) / "working"
        self.output_dir = root / "output"

    @property
    def own_dir(self) -> Path:
        """What is nobody else's, whoever shares the working folder."""
        return self.root / "own"

    @property
    def artifacts(self) -> Path:
        """Files fetched from artifact storage."""
        return self.root / "artifacts"

    def make(self) -> None:
        """Make the folders, empty; those that are there stay as they are.

        A shared one is made by whoever shares it.
        """
        self.root.mkdir(mode=0o700, exist_ok=True)
        if self.shared_root is None:
            self.working_dir.mkdir(mode=0o700, exist_ok=True)
        self.output_dir.mkdir(mode=0o700, exist_ok=True)

    def remove(self) -> None:
        """Remove all of it; harmless when it is gone."""
        try:
            # Most are empty, and finding that out costs more than trying.
            own = () if self.shared_root else (self.working_dir,)
            for folder in (*own, self.output_dir, self.root):
                folder.rmdir()
        except OSError:
            shutil.rmtree(self.root, ignore_errors=True)


@contextmanager
def locked_data_folder(root: Path) -> Iterator[DataFolder]:
    """Make the folder if need be, and keep it this agent's own while the context is open.

    Raises:
        ConfigError: It cannot be made or written.
        DataFolderInUse: Another agent has it.
    """
    folder = DataFolder(root=root.absolute())
    try:
        folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.root.chmod(0o700)
        folder.spool.mkdir(mode=0o700, exist_ok=True)
        folder.work.mkdir(mode=0o700, exist_ok=True)
        folder.shared.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as cause:
        raise ConfigError(f"The data folder {root} cannot be used: {cause.strerror}.") from cause
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            raise DataFolderInUse(root) from cause
        yield folder
    finally:
        os.close(descriptor)
