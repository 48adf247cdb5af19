"""How storages of every kind write: to a draft, in threads."""

from __future__ import annotations

from lanner_coordinator.runtime.artifacts.drafts import Draft
from lanner_coordinator.runtime.artifacts.storage import Written
from lanner_coordinator.runtime.artifacts.threads import Threads


class DraftWriter:
    """An `ArtifactWriter` but for its end: each storage finishes in its own way."""

    def __init__(self, draft: Draft, threads: Threads) -> None:
        self._draft = draft
        self._threads = threads

    async def write(self, chunk: bytes) -> None:
        """Append."""
        await self._threads.run(self._draft.write, chunk)

    async def written(self) -> Written:
        """What was written so far."""
        return await self._threads.run(self._draft.written)

    async def drop(self) -> None:
        """Leave nothing of it, not even aside."""
        await self._threads.run(self._draft.discard)
