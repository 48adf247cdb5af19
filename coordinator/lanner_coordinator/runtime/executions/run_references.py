"""Finds the task run that somebody means in an execution."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.runtime.errors import NotFound

_VALUES = re.compile(r"\[([^\]]*)\]")


def find_run(execution: Execution, reference: str) -> TaskRun:
    """The task run of an id, of a task, or of a task with values: `task[value][inner value]`.

    Of a task that ran for several values, the first task run.

    Raises:
        NotFound: There is none.
    """
    run = execution.task_runs.get(reference)
    if run is not None:
        return run
    task_id, values = _parts(reference)
    for run in execution.task_runs.values():
        if run.task_id == task_id and (not values or list(run.path) == values):
            return run
    raise NotFound(f'execution {execution.id} has no task run "{reference}"')


def folder_owner(execution: Execution, run: TaskRun) -> TaskRun | None:
    """The task run above whose folder this one shared with others; absent: it had its own."""
    above = execution.task_runs.get(run.parent_id) if run.phase is Phase.TASKS else None
    return above if above is not None and above.folder is not None else None


def outermost_list(execution: Execution, run: TaskRun) -> Phase:
    """The outermost list that a task run is in and that is not one of `tasks`; else `tasks`."""
    phases = [one.phase for one in (run, *execution.ancestors(run))]
    return next((phase for phase in reversed(phases) if phase is not Phase.TASKS), Phase.TASKS)


def _parts(reference: str) -> tuple[str, Sequence[str]]:
    bracket = reference.find("[")
    if bracket < 0:
        return reference, []
    return reference[:bracket], _VALUES.findall(reference[bracket:])
