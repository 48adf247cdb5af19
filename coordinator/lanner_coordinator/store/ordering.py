"""Orders of executions in memory, the same as those of SQL.

For live ones and for the store in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lanner_coordinator.store.records import ExecutionSummary
from lanner_coordinator.store.sorting import Sort, SortKey

_Value = datetime | timedelta | tuple[str, str] | str


def in_order(summaries: Iterable[ExecutionSummary], sort: Sort) -> Sequence[ExecutionSummary]:
    """The executions in an order; ties by id, those without the value last."""
    rows = sorted(summaries, key=lambda row: row.id, reverse=sort.is_descending)
    valued = [(value, row) for row in rows if (value := _value(sort.key, row)) is not None]
    without = [row for row in rows if _value(sort.key, row) is None]
    valued.sort(key=lambda pair: pair[0], reverse=sort.is_descending)
    return [*(row for _, row in valued), *without]


def _value(key: SortKey, row: ExecutionSummary) -> _Value | None:
    match key:
        case SortKey.CREATED:
            return row.created_at
        case SortKey.STARTED:
            return row.started_at
        case SortKey.ENDED:
            return row.ended_at
        case SortKey.DURATION:
            return row.ended_at - row.started_at if row.ended_at and row.started_at else None
        case SortKey.FLOW:
            return row.namespace, row.flow_id
        case SortKey.STATE:
            return row.state.value
