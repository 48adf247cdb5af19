"""What attempts ask of agents."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine import folders
from lanner_coordinator.engine.commands import Dispatch
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.runtime.dispatcher import Demand, QueuedAttempt
from lanner_coordinator.runtime.shared_folders import LOCAL_FILES


def queued_attempt(
    live: LiveExecution, command: Dispatch, labels: Mapping[str, str]
) -> QueuedAttempt:
    """An attempt as it waits for an agent that offers its type and has these labels.

    One that works in a shared folder waits for the agent that has it. The first of them waits for
    one that can run all.
    """
    run = live.execution.task_runs[command.task_run_id]
    above = folders.owner(live, run)
    return QueuedAttempt(
        execution_id=live.execution.id,
        task_run_id=run.id,
        attempt_id=command.attempt_id,
        demand=_demand(live, run, above, tuple(sorted(labels.items()))),
    )


def _demand(
    live: LiveExecution,
    run: TaskRun,
    above: TaskRun | None,
    labels: tuple[tuple[str, str], ...],
) -> Demand:
    own_type = LOCAL_FILES if run is above else type_of(live, run)
    own = live.plan.tasks[run.task_id].task.priority
    priority = live.plan.flow.priority if own is None else own
    if above is None:
        return Demand(task_type=own_type, labels=labels, priority=priority)
    folder = above.folder
    if folder is not None and folder.agent_id:
        return Demand(task_type=own_type, agent_id=folder.agent_id, priority=priority)
    children = live.plan.branch(above.task_id, "tasks")
    types = {child.type for child in children if child.kind is TaskKind.AGENT}
    return Demand(
        task_type=own_type,
        labels=labels,
        # An agent that has this type knows shared folders.
        later_types=frozenset(types | {LOCAL_FILES}),
        priority=priority,
    )
