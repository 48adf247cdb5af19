"""Removes the folders of ended attempts a little later, many at once.

Nobody waits for it, and the next attempt should not have to share the processor with it.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from lanner_agent.data_folder import WorkFolder

WAIT_SECONDS = 0.1


class Trash:
    """Folders to be removed; what a crash leaves is removed at the next start."""

    def __init__(self) -> None:
        self._folders: list[WorkFolder] = []
        self._is_full = asyncio.Event()

    def add(self, folder: WorkFolder) -> None:
        """Remove a folder soon."""
        self._folders.append(folder)
        self._is_full.set()

    async def run(self) -> None:
        """Remove what is added, until cancelled."""
        while True:
            await self._is_full.wait()  # no limit: nothing may ever be added
            await asyncio.sleep(WAIT_SECONDS)
            await self.empty()

    async def empty(self) -> None:
        """Remove everything now."""
        folders, self._folders = self._folders, []
        self._is_full.clear()
        await asyncio.to_thread(_remove, folders)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.empty()


def _remove(folders: list[WorkFolder]) -> None:
    for folder in folders:
        folder.remove()
