"""Log lines on the wire."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_values import LOG_LEVELS, date_out, level_in
from lanner_coordinator.store.records import LogQuery, LogRecord
from lanner_proto.v1 import log_pb2


def query_in(query: log_pb2.LogQuery) -> LogQuery:
    """Which lines a client wants."""
    return LogQuery(
        execution_id=query.execution_id,
        task_id=query.task_id,
        task_run_id=query.task_run_id,
        min_level=level_in(query.min_level),
        text=query.text,
    )


def line_out(line: LogRecord) -> log_pb2.LogEntry:
    """One line."""
    return log_pb2.LogEntry(
        position=line.position,
        at=date_out(line.at),
        level=LOG_LEVELS[line.level],
        execution_id=line.execution_id,
        task_id=line.task_id,
        task_run_id=line.task_run_id,
        attempt_number=line.attempt_number,
        text=line.text,
        is_late=line.is_late,
    )
