"""Results that are kept for later task runs of the same task: `taskCache`."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.commands import Command, KeepResult, LookUpResult
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.flow.model import Task


def is_looked_for(task: Task, attempt: Attempt) -> bool:
    """Whether an attempt waits to be told if there is a result already."""
    return task.result_cache is not None and attempt.result_key is None


def look_up(run: TaskRun, attempt: Attempt) -> LookUpResult:
    """Ask for a result that was kept."""
    return LookUpResult(task_run_id=run.id, attempt_id=attempt.id)


def keep(run: TaskRun, attempt: Attempt) -> Sequence[Command]:
    """Keep the result of an attempt that ended well, if it is to be kept."""
    if not attempt.result_key or attempt.result_of:
        return ()
    return (KeepResult(task_run_id=run.id, attempt_id=attempt.id),)
