"""How a person changes what has ended: the state of a task run, or of the whole execution.

After a task run is marked, the containers above it are judged again: what it held up is started,
and their `errors`, `finally` and the flow's `afterExecution` run anew. Other failures stay.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import EndExecution
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.rules.outcome import count_child, counted_state
from lanner_coordinator.engine.rules.reopen import (
    open_again,
    open_run,
    remove,
    rewind_opened,
    without_later_lists,
)
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step


def mark(step: Step, run: TaskRun, state: State) -> None:
    """Give an ended task run another end state and open what is above it."""
    execution = step.live.execution
    above = list(execution.ancestors(run))
    ids = {"", *(other.id for other in above)}
    remove(step, without_later_lists(execution, ids.__contains__))
    open_again(step)
    for other in reversed(above):
        open_run(step, other, State.RUNNING)
    _change(step, run, state)


def set_end_state(step: Step, state: State) -> None:
    """Give an ended execution another end state."""
    step.set_state(state)
    step.commands.append(EndExecution(state=state))


def _change(step: Step, run: TaskRun, state: State) -> None:
    container = step.live.execution.container(run.parent_id)
    if counted_state(container, state).is_failure:
        container.stalled = [run_id for run_id in container.stalled if run_id != run.id]
    elif counted_state(container, run.state).is_failure:
        container.stalled.append(run.id)
    count_child(container, run.state, by=-1)
    count_child(container, state)
    step.set_run_state(run, state)
    rewind_opened(step)
