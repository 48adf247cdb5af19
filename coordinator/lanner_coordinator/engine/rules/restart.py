"""How an ended execution goes on from its failed tasks, with the same id (flow language 5.3).

Failed and killed task runs get a new attempt, the containers above them run again, and the task
runs of their `errors`, `finally` and `afterExecution` are removed: they will run anew if they must.
What had ended well stays, with all that ran in it, and what it would have led to is started.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.execution import Container, Execution, TaskRun
from lanner_coordinator.engine.rules.outcome import counted_state
from lanner_coordinator.engine.rules.reopen import (
    children_of,
    open_again,
    open_run,
    remove,
    without_later_lists,
)
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

RESTARTED_LABEL = "system.restarted"
"""Label of an execution that was restarted."""

_Children = Mapping[str, Sequence[TaskRun]]


def restart(step: Step) -> None:
    """Open an ended execution at all that failed.

    Costs as much as the execution has task runs, once.
    """
    execution = step.live.execution
    execution.attempt_number += 1
    execution.labels[RESTARTED_LABEL] = "true"
    remove(step, _later_lists(execution))
    open_again(step)
    open_failures(step)


def has_failed(execution: Execution, run: TaskRun) -> bool:
    """Whether a task run ended so that a restart opens it, if what is above it is opened."""
    container = execution.container(run.parent_id)
    return counted_state(container, run.state).is_failure


def open_failures(step: Step) -> None:
    """Open all task runs that failed, and the containers above them."""
    execution = step.live.execution
    _open_failures_of(step, execution.root, children_of(execution))


def _later_lists(execution: Execution) -> set[str]:
    def runs_again(run_id: str) -> bool:
        return not run_id or has_failed(execution, execution.task_runs[run_id])

    return without_later_lists(execution, runs_again)


def _open_failures_of(step: Step, container: Container, children: _Children) -> None:
    execution = step.live.execution
    for run in children.get(container.run_id, ()):
        if not has_failed(execution, run):
            continue
        inner = run.container
        if inner is not None and children.get(run.id) and not inner.restarts_anew:
            open_run(step, run, State.RUNNING)
            _open_failures_of(step, inner, children)
        else:
            remove(step, _below(run, children))
            run.container = None
            open_run(step, run, State.RESTARTED)


def _below(run: TaskRun, children: _Children) -> Sequence[str]:
    """Ids of all task runs below one that begins anew."""
    ids: list[str] = []
    waiting = [run.id]
    while waiting:
        below = [child.id for child in children.get(waiting.pop(), ())]
        ids.extend(below)
        waiting.extend(below)
    return ids
