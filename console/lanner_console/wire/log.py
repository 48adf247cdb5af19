"""Log lines."""

from __future__ import annotations

from lanner_console.models import LogLine, LogQuery, Page
from lanner_console.wire.state import NUMBER_OF_LOG_LEVEL, instant, log_level
from lanner_proto.v1 import log_pb2, state_pb2


def query_message(query: LogQuery) -> log_pb2.LogQuery:
    """A query for the wire."""
    min_level = NUMBER_OF_LOG_LEVEL[query.min_level] if query.min_level else None
    return log_pb2.LogQuery(
        execution_id=query.execution_id,
        task_id=query.task_id,
        task_run_id=query.task_run_id,
        min_level=min_level or state_pb2.LOG_LEVEL_UNSPECIFIED,
        text=query.text,
    )


def line(message: log_pb2.LogEntry) -> LogLine:
    """One line."""
    return LogLine(
        position=message.position,
        at=instant(message.at, is_set=message.HasField("at")),
        level=log_level(message.level),
        execution_id=message.execution_id,
        text=message.text,
        task_id=message.task_id,
        task_run_id=message.task_run_id,
        attempt_number=message.attempt_number,
        is_late=message.is_late,
    )


def page(message: log_pb2.ListLogsResponse) -> Page[LogLine]:
    """A page of a log."""
    return Page(rows=tuple(map(line, message.entries)), total_count=message.total_count)
