"""What one namespace keeps, row by row, and how a part of it is found by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from lanner_console.models import KeyValueRow, Page, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow
from lanner_console.screens.namespace_tables import Fetch

Row = KeyValueRow | SecretRow | NamespaceFileRow | TemplateRow

Kept = TypeVar("Kept", bound=Row)

LOOKED_AT = 1_000
"""Rows fetched at once while names are looked through."""

MOST_ROWS = 50_000
"""Rows whose names are looked through; those beyond are not found."""


def name_of(row: Row) -> str:
    """What people call a row."""
    if isinstance(row, NamespaceFileRow):
        return row.path
    return row.id if isinstance(row, TemplateRow) else row.key


def key_of(row: Row) -> tuple[str, ...]:
    """What tells a row from the others of its table."""
    return (row.path,) if isinstance(row, NamespaceFileRow) else (row.namespace, name_of(row))


class NamedRows(Generic[Kept]):
    """Rows whose names hold a text, in any case. All are fetched once to be looked through."""

    def __init__(self, fetch: Fetch[Kept], text: str) -> None:
        self._fetch = fetch
        self._text = text.casefold()
        self._found: Sequence[Kept] | None = None

    async def window(self, offset: int, limit: int) -> Page[Kept]:
        """Give a part of them."""
        if self._found is None:
            self._found = await self._look()
        rows = tuple(self._found[offset : offset + limit])
        return Page(rows=rows, total_count=len(self._found))

    async def _look(self) -> Sequence[Kept]:
        found: list[Kept] = []
        for offset in range(0, MOST_ROWS, LOOKED_AT):
            page = await self._fetch(LOOKED_AT, offset)
            found += (row for row in page.rows if self._text in name_of(row).casefold())
            if offset + LOOKED_AT >= page.total_count:
                break
        return found
