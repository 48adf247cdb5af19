"""Which caches of WorkingDirectories go: those of flows that are gone, old ones, and the oldest.

A cache is written when its files have changed. One that goes is made anew by the next run of its
task; one that is being read goes on to be read where the storage is a folder, and is made anew
where it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from lanner_coordinator.runtime.artifacts import ArtifactFolder, ArtifactStorage
from lanner_coordinator.runtime.artifacts.storage import StoredFile

SPARED = timedelta(hours=1)
"""A cache that was written so lately may be read right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """How long caches stay, and how many.

    Attributes:
        age: Since they were written; 0: any.
        total_bytes: Of all together; 0: any.
    """

    age: timedelta = timedelta(days=30)
    total_bytes: int = 50 * 1024**3


class CacheSweep:
    """Looks at caches, folder by folder, and removes some in the end."""

    def __init__(self, storage: ArtifactStorage, limits: CacheLimits, now: datetime) -> None:
        self._storage = storage
        self._limits = limits
        self._now = now
        self._kept: list[StoredFile] = []
        self._gone: list[StoredFile] = []

    async def look(self, folder: ArtifactFolder, flows: Set[tuple[str, str]]) -> None:
        """Note the caches of a task, of all flows that are there now.

        Raises:
            ArtifactError: The storage does not answer.
        """
        for file in await self._storage.list_folder(folder):
            age = self._now - file.modified_at
            is_old = bool(self._limits.age) and age > self._limits.age
            is_over = is_old or (folder.flow_key not in flows and age > SPARED)
            (self._gone if is_over else self._kept).append(file)

    async def remove(self) -> int:
        """Remove what goes; how many caches.

        Raises:
            ArtifactError: The storage does not answer.
        """
        gone = [*self._gone, *self._beyond()]
        for file in gone:
            await self._storage.delete(file.uri)
        return len(gone)

    def _beyond(self) -> list[StoredFile]:
        """The oldest, until the others take no more than they may."""
        total = sum(file.size_bytes for file in self._kept)
        beyond = []
        for file in sorted(self._kept, key=lambda one: one.modified_at):
            is_fresh = self._now - file.modified_at <= SPARED
            if not self._limits.total_bytes or total <= self._limits.total_bytes or is_fresh:
                break
            beyond.append(file)
            total -= file.size_bytes
        return beyond
