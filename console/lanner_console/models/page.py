"""A part of a longer list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """Rows from some offset on, and how many there are in all.

    Attributes:
        rows: At most as many as were asked for.
        total_count: Of all that match.
    """

    rows: tuple[Row, ...]
    total_count: int
