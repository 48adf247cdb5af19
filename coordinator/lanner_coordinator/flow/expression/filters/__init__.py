"""The filters: what may stand behind `|`. Importing the package registers them."""

from __future__ import annotations

from lanner_coordinator.flow.expression.filters import (
    dates,
    encoding,
    lists,
    numbers,
    patterns,
    queries,
    serialization,
    text,
)

__all__ = ["dates", "encoding", "lists", "numbers", "patterns", "queries", "serialization", "text"]
