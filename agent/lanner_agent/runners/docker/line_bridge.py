"""Brings lines from a thread to the event loop; a slow reader makes the thread wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from threading import Condition

from lanner_agent.runners.contract import OutputLine

MOST_LINES = 4096


class LineBridge:
    """One writer in a thread, one reader in the loop that made it.

    Attributes:
        is_left: The reader wants no more.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = Condition()
        self._lines: deque[OutputLine] = deque()
        self._has_news = asyncio.Event()
        self._has_ended = False
        self.is_left = False

    def put(self, lines: Sequence[OutputLine]) -> bool:
        """Hand over some lines, from the thread; false when nobody wants any more."""
        with self._changed:
            # No limit: the reader goes on, or leaves.
            self._changed.wait_for(lambda: self.is_left or len(self._lines) < MOST_LINES)
            if self.is_left:
                return False
            was_empty = not self._lines
            self._lines.extend(lines)
        if was_empty and lines:
            self._loop.call_soon_threadsafe(self._has_news.set)
        return True

    def end(self) -> None:
        """Say, from the loop, that no line follows."""
        self._has_ended = True
        self._has_news.set()

    async def lines(self) -> AsyncIterator[OutputLine]:
        """All lines, until the end."""
        while True:
            self._has_news.clear()
            has_ended = self._has_ended
            batch = self._take()
            for line in batch:
                yield line
            if batch:
                continue
            if has_ended:
                return
            # No limit: a container may be silent for as long as it likes.
            await self._has_news.wait()

    def leave(self) -> None:
        """Want no more, from the loop."""
        with self._changed:
            self.is_left = True
            self._lines.clear()
            self._changed.notify_all()

    def _take(self) -> Sequence[OutputLine]:
        with self._changed:
            batch = list(self._lines)
            self._lines.clear()
            self._changed.notify_all()
        return batch
