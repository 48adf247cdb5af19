"""Reads the results of queries to their ends.

A result that is not read to its end keeps its transaction open, and DuckDB makes no checkpoint
while an old transaction is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb


def first(
    cursor: duckdb.DuckDBPyConnection, statement: str, parameters: Sequence[object] = ()
) -> Sequence[Any] | None:
    """The first row of a result; absent: it is empty."""
    rows = cursor.execute(statement, parameters).fetchall()
    return rows[0] if rows else None


def number(
    cursor: duckdb.DuckDBPyConnection, statement: str, parameters: Sequence[object] = ()
) -> int:
    """The only value of a result; 0 where it is NULL."""
    row = first(cursor, statement, parameters)
    return row[0] or 0 if row else 0


def aware(at: datetime | None) -> datetime | None:
    """A date of the database, which are all UTC."""
    return at.replace(tzinfo=UTC) if at is not None else None


def naive(at: datetime) -> datetime:
    """A date for the database."""
    return at.astimezone(UTC).replace(tzinfo=None)
