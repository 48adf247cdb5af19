"""Folders that attempts share, one after the other.

The coordinator says when one is made and when it is removed; what is here is told to it in every
Hello, so that none is left behind whoever crashed.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable

from lanner_agent.data_folder import DataFolder, WorkFolder
from lanner_agent.ids import AttemptId
from lanner_agent.trash import Trash

log = logging.getLogger(__name__)


class SharedFolders:
    """The shared folders on this host."""

    def __init__(self, data: DataFolder, trash: Trash) -> None:
        self._data = data
        self._trash = trash
        self._users: dict[str, set[AttemptId]] = {}
        self._unwanted: set[str] = set()
        self._numbers = itertools.count(1)

    def load(self) -> None:
        """Find what earlier boots left; blocks, so it is called before anything runs."""
        for folder in self._data.shared.iterdir():
            self._users[folder.name] = set()

    def held_ids(self) -> frozenset[str]:
        """Folders that are here."""
        return frozenset(self._users)

    def enter(self, folder_id: str, attempt_id: AttemptId, *, may_be_made: bool) -> bool:
        """Let an attempt work in a folder; whether the folder is there.

        Raises:
            OSError: It cannot be made.
        """
        if folder_id not in self._users:
            if not may_be_made:
                return False
            root = self._data.shared / folder_id
            root.mkdir(mode=0o700)
            (root / "working").mkdir(mode=0o700)
            self._users[folder_id] = set()
        self._users[folder_id].add(attempt_id)
        self._unwanted.discard(folder_id)
        return True

    def leave(self, folder_id: str, attempt_id: AttemptId) -> None:
        """An attempt has ended, or goes on without the agent; harmless when it is not there."""
        self._users.get(folder_id, set()).discard(attempt_id)
        if folder_id in self._unwanted:
            self.remove([folder_id])

    def remove(self, folder_ids: Iterable[str]) -> None:
        """Remove folders that nobody wants, now or when the last attempt has left them."""
        for folder_id in folder_ids:
            if self._users.get(folder_id):
                self._unwanted.add(folder_id)
            elif folder_id in self._users:
                del self._users[folder_id]
                self._unwanted.discard(folder_id)
                self._throw_away(folder_id)

    def _throw_away(self, folder_id: str) -> None:
        # Under another name: a folder of this id may be made again, and what a crash leaves among
        # the folders of attempts is removed at the next start.
        gone = self._data.work / f"{folder_id}.{next(self._numbers)}"
        try:
            (self._data.shared / folder_id).rename(gone)
        except OSError as error:
            log.warning("The folder %s cannot be removed: %s", folder_id, error.strerror)
            return
        self._trash.add(WorkFolder(gone))
