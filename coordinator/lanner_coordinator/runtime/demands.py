"""What attempts ask of agents."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.commands import Dispatch
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.runtime.dispatcher import Demand, QueuedAttempt


def queued_attempt(
    live: LiveExecution, command: Dispatch, labels: Mapping[str, str]
) -> QueuedAttempt:
    """An attempt as it waits for an agent that offers its type and has these labels."""
    run = live.execution.task_runs[command.task_run_id]
    demand: Demand = (type_of(live, run), tuple(sorted(labels.items())))
    return QueuedAttempt(
        execution_id=live.execution.id,
        task_run_id=run.id,
        attempt_id=command.attempt_id,
        demand=demand,
    )
