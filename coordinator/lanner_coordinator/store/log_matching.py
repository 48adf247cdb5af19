"""Whether a log line is asked for, in memory.

For lines as they are written and for the store in memory.
"""

from __future__ import annotations

from lanner_coordinator.store.filter.glob import fold
from lanner_coordinator.store.levels import weight
from lanner_coordinator.store.records import LogQuery, LogRecord


def line_matches(query: LogQuery, line: LogRecord) -> bool:
    """Whether a log line is asked for."""
    return (
        line.execution_id == query.execution_id
        and query.task_id in ("", line.task_id)
        and query.task_run_id in ("", line.task_run_id)
        and weight(line.level) >= weight(query.min_level)
        and fold(query.text) in fold(line.text)
    )
