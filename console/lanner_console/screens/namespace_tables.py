"""What the tables of one namespace show: values, secrets, files, templates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from lanner_console.models import KeyValueRow, Page, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow
from lanner_console.screens.cells import text_cell, time_cell
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.values_view import value_text
from lanner_console.workplace import Workplace

Row = TypeVar("Row")

KIBI = 1024


Fetch = Callable[[int, int], Awaitable[Page[Row]]]
"""Fetches rows, given how many and from where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOf(Generic[Row]):
    """Rows that one call of the client gives a page of.

    Attributes:
        fetch: The call.
    """

    fetch: Fetch[Row]

    async def window(self, offset: int, limit: int) -> Page[Row]:
        """Fetch a part of them."""
        return await self.fetch(limit, offset)


def value_columns(place: Workplace) -> list[Column[KeyValueRow]]:
    """Give the columns of values."""

    def expires(row: KeyValueRow) -> Span:
        return time_cell(row.expires_at, place) if row.expires_at else Span("never", Tone.DIM)

    return [
        _key(lambda row: row.key),
        Column(
            id="type", title="TYPE", width=8, rank=2, show=lambda row: text_cell(row.type, Tone.DIM)
        ),
        Column(
            id="value",
            title="VALUE",
            width=16,
            weight=3,
            show=lambda row: text_cell(value_text(row.value)),
        ),
        Column(id="expires", title="EXPIRES", width=11, rank=1, show=expires),
        _changed(place, lambda row: row.updated_at),
        _about(lambda row: row.description),
    ]


def secret_columns(place: Workplace) -> list[Column[SecretRow]]:
    """Give the columns of secrets, which never show a value."""
    return [
        _key(lambda row: row.key),
        Column(
            id="namespace",
            title="FROM",
            width=14,
            weight=1,
            rank=1,
            show=lambda row: text_cell(row.namespace, Tone.DIM),
        ),
        _version(lambda row: row.version),
        _changed(place, lambda row: row.updated_at),
        _by(lambda row: row.updated_by),
        _about(lambda row: row.description),
    ]


def file_columns(place: Workplace) -> list[Column[NamespaceFileRow]]:
    """Give the columns of files."""
    return [
        Column(
            id="path",
            title="PATH",
            width=24,
            weight=3,
            show=lambda row: text_cell(row.path, Tone.STRONG),
        ),
        Column(
            id="size",
            title="SIZE",
            width=9,
            align_right=True,
            show=lambda row: Span(_size(row.size_bytes)),
        ),
        _version(lambda row: row.version),
        _changed(place, lambda row: row.created_at),
        _by(lambda row: row.created_by),
    ]


def template_columns(place: Workplace) -> list[Column[TemplateRow]]:
    """Give the columns of templates."""
    return [
        _key(lambda row: row.id, "TEMPLATE"),
        _version(lambda row: row.version),
        _changed(place, lambda row: row.updated_at),
        _by(lambda row: row.updated_by),
        _about(lambda row: row.description),
    ]


def _size(count: int) -> str:
    """Bytes in at most eight cells: `812 B`, `1.5 KiB`, `3.0 GiB`."""
    size, units = float(count), iter(("KiB", "MiB", "GiB", "TiB"))
    unit = ""
    while size >= KIBI and unit != "TiB":
        size, unit = size / KIBI, next(units)
    return f"{size:.1f} {unit}" if unit else f"{count} B"


def _version(version: Callable[[Row], int]) -> Column[Row]:
    return Column(
        id="version",
        title="VER",
        width=4,
        align_right=True,
        show=lambda row: Span(str(version(row))),
    )


def _by(who: Callable[[Row], str]) -> Column[Row]:
    return Column(
        id="by",
        title="BY",
        width=10,
        weight=1,
        rank=2,
        show=lambda row: text_cell(who(row), Tone.DIM),
    )


def _key(key: Callable[[Row], str], title: str = "KEY") -> Column[Row]:
    return Column(
        id="key",
        title=title,
        width=18,
        weight=2,
        show=lambda row: text_cell(key(row), Tone.STRONG),
    )


def _changed(place: Workplace, at: Callable[[Row], datetime | None]) -> Column[Row]:
    return Column(id="set", title="SET", width=11, show=lambda row: time_cell(at(row), place))


def _about(text: Callable[[Row], str]) -> Column[Row]:
    return Column(
        id="about",
        title="ABOUT",
        width=10,
        weight=2,
        rank=3,
        show=lambda row: text_cell(text(row).partition("\n")[0], Tone.DIM),
    )
