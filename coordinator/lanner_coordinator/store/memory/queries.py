"""Matching of records in memory."""

from __future__ import annotations

from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.records import ExecutionSummary


def matches(where: ExecutionFilter, summary: ExecutionSummary) -> bool:
    """Whether an archived execution matches; it has ended, so that it needs no other date."""
    return where.matches(summary, summary.ended_at or summary.created_at)
