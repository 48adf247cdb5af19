"""Where the work of an attempt begins."""

from __future__ import annotations

from lanner_coordinator.engine.commands import Command, RunNative, StartSubflow
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.flow.model import Task, TaskKind


def goes_out(task: Task) -> bool:
    """Whether the work of a task may be an agent's."""
    return task.kind in (TaskKind.AGENT, TaskKind.TEMPLATED)


def own_work(run: TaskRun, task: Task, attempt: Attempt) -> Command:
    """What begins an attempt that needs no agent."""
    if task.kind is TaskKind.SUBFLOW:
        return StartSubflow(task_run_id=run.id, attempt_id=attempt.id, index=0)
    return RunNative(task_run_id=run.id, attempt_id=attempt.id)
