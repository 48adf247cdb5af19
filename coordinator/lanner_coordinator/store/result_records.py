"""What is stored of the results of tasks that are kept for later executions."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.engine.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    """One result.

    Attributes:
        key: A code of all that the result depends on; a newer result takes its place.
        namespace: Of the flow.
        flow_id: Of the flow.
        task_id: Of the task.
        task_run_id: Task run whose result it is.
        state: SUCCESS or WARNING.
        outputs: JSON of a map; secrets in it are sealed.
        has_files: Some of its outputs are files that the task run left.
        kept_at: When the task run ended.
        expires_at: When it is of no use any more; absent: never.
    """

    key: str
    namespace: str
    flow_id: str
    task_id: str
    task_run_id: str
    state: State
    outputs: str
    has_files: bool = False
    kept_at: datetime
    expires_at: datetime | None = None


def forget_flows(results: dict[str, ResultRecord], gone: Set[tuple[str, str]]) -> None:
    """Take the results of flows (namespace, id) out of results by key."""
    if not gone:
        return
    for key in [key for key, one in results.items() if (one.namespace, one.flow_id) in gone]:
        del results[key]
