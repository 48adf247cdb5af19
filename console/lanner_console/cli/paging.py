"""Lists longer than one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from lanner_console.models import Page

Row = TypeVar("Row")
PAGE_ROWS = 1000


async def all_rows(fetch: Callable[[int, int], Awaitable[Page[Row]]], limit: int) -> Page[Row]:
    """The first `limit` rows; 0: all.

    Args:
        fetch: Gives a page for a limit and an offset.
        limit: How many rows are wanted; 0: all.
    """
    rows: list[Row] = []
    while True:
        wanted = min(limit - len(rows), PAGE_ROWS) if limit else PAGE_ROWS
        page = await fetch(wanted, len(rows))
        rows.extend(page.rows)
        is_complete = not page.rows or len(rows) >= page.total_count
        if is_complete or (limit and len(rows) >= limit):
            return Page(rows=tuple(rows), total_count=page.total_count)
