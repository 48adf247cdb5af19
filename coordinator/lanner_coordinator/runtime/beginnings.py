"""How new executions begin."""

from __future__ import annotations

from datetime import datetime

from lanner_coordinator.engine.commands import RepeatExecution
from lanner_coordinator.engine.decide import created
from lanner_coordinator.engine.events import ExecutionCreated, ExecutionReplayed
from lanner_coordinator.engine.execution import Execution, LiveExecution

Beginning = ExecutionCreated | ExecutionReplayed
"""What begins a new execution."""


def as_begun(event: Beginning, live: LiveExecution, now: datetime) -> LiveExecution:
    """The execution before anything was started in it."""
    if isinstance(event, ExecutionReplayed):
        return live
    return LiveExecution(created(event, now), live.plan)


def successor(
    failed: Execution, command: RepeatExecution, new_id: str, at: datetime
) -> ExecutionCreated:
    """The execution in the place of one that failed, not to begin before `at`."""
    return ExecutionCreated(
        execution_id=new_id,
        namespace=failed.namespace,
        flow_id=failed.flow_id,
        flow_revision=failed.flow_revision,
        inputs=failed.inputs,
        labels=failed.labels,
        trigger=failed.trigger,
        schedule_at=at,
        original_id=failed.original_id or failed.id,
        parent_run_id=failed.parent_run_id,
        lineage=failed.lineage,
        trigger_depth=failed.trigger_depth,
        attempt_number=command.attempt_number,
        first_created_at=command.first_created_at,
        templates=failed.templates,
    )
