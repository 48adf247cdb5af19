"""Brings the rows that a table shows into memory, a page at a time and one request at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from lanner_console.widgets.row_pages import PAGE_ROWS, RowPages, RowSource

Row = TypeVar("Row")


class RowFeed(Generic[Row]):
    """Fetches what is on the screen first, then what lies a screen around it.

    The table calls `claim` whenever it has moved and, if that is granted, awaits `run` once.
    """

    def __init__(
        self,
        key_of: Callable[[Row], Hashable],
        visible: Callable[[], range],
        taken: Callable[[int], None],
    ) -> None:
        self.pages: RowPages[Row] = RowPages(key_of)
        self.fetched_page_count = 0
        """Pages fetched so far: the measure of what the source is asked."""
        self._visible = visible
        self._taken = taken
        self._source: RowSource[Row] | None = None
        self._is_running = False
        self._expired_count = 0

    def switch(self, source: RowSource[Row]) -> None:
        """Take rows from another source; the old ones are forgotten."""
        self._source = source
        self._expired_count += 1
        self.pages.clear()

    def expire(self) -> None:
        """Have every page fetched again before it counts as fresh."""
        self._expired_count += 1
        self.pages.expire()

    def claim(self) -> bool:
        """Tell whether `run` must be called now; True promises that it will be."""
        if self._is_running or self._source is None or next(self._wanted(), None) is None:
            return False
        self._is_running = True
        return True

    async def run(self) -> None:
        """Fetch until nothing on or around the screen is missing; raises what the source raises."""
        try:
            # Looked up anew each time: what scrolled away meanwhile is not fetched at all.
            while (number := next(self._wanted(), None)) is not None:
                await self._fetch(number)
        finally:
            self._is_running = False

    async def _fetch(self, number: int) -> None:
        source, expired_count = self._source, self._expired_count
        if source is None:
            return
        window = await source.window(number * PAGE_ROWS, PAGE_ROWS)
        if source is not self._source:
            return
        self.fetched_page_count += 1
        grown_by = window.total_count - self.pages.total_count
        self.pages.put(number, window)
        if expired_count != self._expired_count:
            # It was asked for before the change that made the pages stale.
            self.pages.expire()
        self._taken(grown_by)

    def _wanted(self) -> Iterator[int]:
        rows = self._visible()
        height = max(1, len(rows))
        on_screen = self.pages.missing(rows.start, rows.stop)
        around = self.pages.missing(rows.start - height, rows.stop + height)
        return chain(on_screen, around)
