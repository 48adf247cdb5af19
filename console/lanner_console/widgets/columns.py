"""Columns of a table, and which of them fit into a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lanner_console.widgets.line_area import Span

Row = TypeVar("Row")

GAP_CELLS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column of a table."""

    id: str
    """Name for sorting; unique in the table."""
    title: str
    """Heading, upper case."""
    width: int
    """Cells; of a column that grows, the least."""
    show: Callable[[Row], Span]
    """Makes the cell of a row."""
    weight: int = 0
    """Share of what is left over; 0: keeps its width."""
    rank: int = 0
    """The higher, the sooner it goes where there is no room; 0: stays."""
    align_right: bool = False
    """For numbers and durations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedColumn(Generic[Row]):
    """A column and the cells it got."""

    column: Column[Row]
    """The column."""
    width: int
    """Its cells, without the gap before it."""


def place_columns(columns: Sequence[Column[Row]], width: int) -> tuple[PlacedColumn[Row], ...]:
    """Drop the highest ranks until the rest fits, and share out what is left by weight."""
    kept = list(columns)
    while _needed(kept) > width and any(column.rank for column in kept):
        kept.remove(max(kept, key=lambda column: column.rank))
    spare = max(0, width - _needed(kept))
    weights = sum(column.weight for column in kept)
    placed = []
    for column in kept:
        share = spare * column.weight // weights if weights else 0
        spare, weights = spare - share, weights - column.weight
        placed.append(PlacedColumn(column=column, width=column.width + share))
    return tuple(placed)


def _needed(columns: Sequence[Column[Row]]) -> int:
    return sum(column.width + GAP_CELLS for column in columns)
