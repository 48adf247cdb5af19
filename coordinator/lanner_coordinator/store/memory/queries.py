"""Matching and sorting of records in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.glob import fold
from lanner_coordinator.store.levels import weight
from lanner_coordinator.store.records import ExecutionSummary, LogQuery, LogRecord
from lanner_coordinator.store.sorting import SortKey, parse_sort


def matches(where: ExecutionFilter, summary: ExecutionSummary) -> bool:
    """Whether an archived execution matches; it has ended, so that it needs no other date."""
    return where.matches(summary, summary.ended_at or summary.created_at)


def in_order(summaries: Sequence[ExecutionSummary], sort: str) -> Sequence[ExecutionSummary]:
    """The executions in order of `sort`; those where it is missing last."""
    order = parse_sort(sort)
    by_id = sorted(summaries, key=lambda summary: summary.id, reverse=order.is_descending)
    present = [summary for summary in by_id if _value(order.key, summary) is not None]
    missing = [summary for summary in by_id if _value(order.key, summary) is None]
    present.sort(key=lambda summary: _value(order.key, summary), reverse=order.is_descending)
    return [*present, *missing]


def line_matches(query: LogQuery, line: LogRecord) -> bool:
    """Whether a log line is asked for."""
    return (
        line.execution_id == query.execution_id
        and query.task_id in ("", line.task_id)
        and query.task_run_id in ("", line.task_run_id)
        and weight(line.level) >= weight(query.min_level)
        and fold(query.text) in fold(line.text)
    )


def _value(key: SortKey, summary: ExecutionSummary) -> Any:
    """What is compared; absent: missing."""
    match key:
        case SortKey.CREATED:
            return summary.created_at
        case SortKey.STARTED:
            return summary.started_at
        case SortKey.ENDED:
            return summary.ended_at
        case SortKey.DURATION:
            if summary.started_at is None or summary.ended_at is None:
                return None
            return summary.ended_at - summary.started_at
        case SortKey.FLOW:
            return summary.namespace, summary.flow_id
        case SortKey.STATE:
            return summary.state
