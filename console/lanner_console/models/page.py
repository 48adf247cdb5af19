"""A part of a longer list."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """Rows from some offset on, and how many there are in all.

    Attributes:
        rows: At most as many as were asked for.
        total_count: Of all that match.
    """

    rows: tuple[Row, ...]
    total_count: int
