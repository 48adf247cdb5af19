"""A store whose commits take their time, and in front of which a coordinator may die."""

from __future__ import annotations

import asyncio
import random

from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit


class MortalStore(MemoryStore):
    """Holds commits back for some turns of the loop; from one on it does nothing any more.

    Attributes:
        is_dead: The coordinator has died: what it commits is lost.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)
        self._left = 0
        self.is_dead = False

    def live(self, commits: int) -> None:
        """Let the next coordinator live for this many commits."""
        self._left = commits
        self.is_dead = False

    async def commit(self, commit: Commit) -> None:
        """Commit, sooner or later, or never."""
        self._left -= 1
        if self._left < 0:
            self.is_dead = True
            await asyncio.Event().wait()  # no limit: the coordinator is cancelled instead
        for _ in range(self._chance.randint(0, 6)):
            await asyncio.sleep(0)
        await super().commit(commit)
