"""The filters: what may stand behind `|`. Importing the package registers them."""

from __future__ import annotations

from lanner_coordinator.flow.expression.filters import (
    dates,
    encoding,
    jq,
    lists,
    numbers,
    patterns,
    serialization,
    text,
)

__all__ = ["dates", "encoding", "jq", "lists", "numbers", "patterns", "serialization", "text"]
