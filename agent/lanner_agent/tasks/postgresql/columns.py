"""The columns of a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import AsyncRawCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: Its name.
        type_name: PostgreSQL's name of its type, as `int4`; empty: the driver does not know it.
        precision: Digits of a number, where they are limited.
        scale: Digits after the point, where they are limited.
    """

    name: str
    type_name: str
    precision: int | None = None
    scale: int | None = None


def columns_of(cursor: AsyncRawCursor[tuple[object, ...]]) -> Sequence[Column]:
    """Columns of the rows that a cursor gives."""
    known = {info.oid: info.name for info in cursor.adapters.types}
    return [
        Column(
            name=column.name,
            type_name=known.get(column.type_code, ""),
            precision=column.precision,
            scale=column.scale,
        )
        for column in cursor.description or ()
    ]
