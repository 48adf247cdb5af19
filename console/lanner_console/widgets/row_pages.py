"""Rows of a list too long to hold: a few pages of it, and where each key lies in them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, Protocol, TypeVar

from lanner_console.models import Page

PAGE_ROWS = 256
MAX_PAGES = 16

Row = TypeVar("Row")


class RowSource(Protocol[Row]):
    """Where a table gets its rows from; calls never overlap for one table."""

    async def window(self, offset: int, limit: int) -> Page[Row]:
        """Fetch at most `limit` rows from `offset` on.

        May raise whatever the source raises; the table reports it and keeps what it has.
        """
        ...


class RowPages(Generic[Row]):
    """The pages of a list that are in memory, the longest unused dropped first."""

    def __init__(self, key_of: Callable[[Row], Hashable]) -> None:
        self.total_count = 0
        self._key_of = key_of
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._index_of: dict[Hashable, int] = {}
        self._stale: set[int] = set()

    @property
    def page_count(self) -> int:
        """Pages in memory."""
        return len(self._pages)

    def row(self, index: int) -> Row | None:
        """Give the row at the index of the list; None: not in memory."""
        number, within = divmod(index, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None or not 0 <= within < len(page):
            return None
        self._pages.move_to_end(number)
        return page[within]

    def index_of(self, key: Hashable) -> int | None:
        """Give where the row with this key lies; None: not in memory."""
        return self._index_of.get(key)

    def rows_between(self, first: int, last: int) -> Iterator[Row]:
        """Give the rows in memory from index `first` to `last`."""
        for number, page in sorted(self._pages.items()):
            start = number * PAGE_ROWS
            yield from page[max(0, first - start) : max(0, last + 1 - start)]

    def is_fresh(self, index: int) -> bool:
        """Tell whether the row at the index is as the source last gave it."""
        number = index // PAGE_ROWS
        return number in self._pages and number not in self._stale

    def missing(self, first: int, last: int) -> Iterator[int]:
        """Give the page numbers to fetch so that rows `first` to `last` are in memory and fresh."""
        # Of a list that nothing is known of, the first page says how long it is.
        first = max(0, min(first, self.total_count - 1))
        last = max(first, min(last, self.total_count - 1))
        for number in range(first // PAGE_ROWS, last // PAGE_ROWS + 1):
            if number not in self._pages or number in self._stale:
                yield number

    def put(self, number: int, window: Page[Row]) -> None:
        """Take a fetched page; another total means that the rows of stale pages have moved."""
        if window.total_count != self.total_count:
            for stale in self._stale - {number}:
                self._drop(stale)
            self._stale &= {number}
        self.total_count = window.total_count
        self._drop(number)
        rows = list(window.rows)
        self._pages[number] = rows
        first = number * PAGE_ROWS
        self._index_of.update((self._key_of(row), first + i) for i, row in enumerate(rows))
        while len(self._pages) > MAX_PAGES:
            self._drop(next(iter(self._pages)))

    def replace(self, row: Row) -> bool:
        """Put a newer state of a row in its place; False: the row is not in memory."""
        index = self._index_of.get(self._key_of(row))
        if index is None:
            return False
        number, within = divmod(index, PAGE_ROWS)
        self._pages[number][within] = row
        return True

    def expire(self) -> None:
        """Keep every page to look at, but have it fetched again before it counts."""
        self._stale.update(self._pages)

    def clear(self) -> None:
        """Forget everything."""
        self.total_count = 0
        self._pages.clear()
        self._index_of.clear()
        self._stale.clear()

    def _drop(self, number: int) -> None:
        rows = self._pages.pop(number, [])
        self._stale.discard(number)
        first = number * PAGE_ROWS
        for index, row in enumerate(rows, first):
            key = self._key_of(row)
            if self._index_of.get(key) == index:
                del self._index_of[key]
