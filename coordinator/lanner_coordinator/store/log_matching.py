"""Whether a log line is asked for, in memory.

For lines as they are written and for the store in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.store.filter.glob import fold
from lanner_coordinator.store.levels import weight
from lanner_coordinator.store.records import ArchivedExecution, LogPurge, LogQuery, LogRecord


def line_matches(query: LogQuery, line: LogRecord) -> bool:
    """Whether a log line is asked for."""
    return (
        line.execution_id == query.execution_id
        and query.task_id in ("", line.task_id)
        and query.task_run_id in ("", line.task_run_id)
        and weight(line.level) >= weight(query.min_level)
        and fold(query.text) in fold(line.text)
    )


def purge_matches(purge: LogPurge, line: LogRecord, ended: Mapping[str, ArchivedExecution]) -> bool:
    """Whether a log line is to be dropped; `ended` are the archived executions."""
    if purge.execution_ids and line.execution_id not in purge.execution_ids:
        return False
    if purge.levels and line.level not in purge.levels:
        return False
    is_early = purge.since is not None and line.at < purge.since
    if is_early or (purge.until is not None and line.at > purge.until):
        return False
    if not (purge.namespace or purge.flow_id):
        return True
    archived = ended.get(line.execution_id)
    return archived is not None and _is_of(purge, archived)


def _is_of(purge: LogPurge, archived: ArchivedExecution) -> bool:
    namespace, flow_id = archived.summary.namespace, archived.summary.flow_id
    if purge.flow_id:
        return flow_id == purge.flow_id and purge.namespace in ("", namespace)
    return namespace == purge.namespace or namespace.startswith(f"{purge.namespace}.")
