"""How a task ends its execution at once: `core.execution.Exit` (flow language 2.3).

What runs elsewhere is stopped as by a kill, but for `finally` lists, which run; no `errors` list
begins. The task, all that it is in and the execution end in the state that it names. In a list of
`afterExecution` it names only its own state, as the execution has ended by then.
"""

from __future__ import annotations

from collections.abc import Iterable

from lanner_coordinator.engine.events import AttemptFinished
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.rules import attempts
from lanner_coordinator.engine.rules.kill import stop_open_runs
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

GRACE_SECONDS = 10.0
"""Between the polite and the hard signal to what runs elsewhere."""


def finished(step: Step, event: AttemptFinished) -> None:
    """An attempt ended, and with it perhaps the execution."""
    execution = step.live.execution
    run = execution.run_of(event.attempt_id)
    is_too_late = run is None or run.state is State.KILLING or execution.state.is_terminal
    attempts.finished(step, event)
    if run is None or not event.is_exit or is_too_late or execution.exit_state is not None:
        return
    _leave(step, event.state, execution.ancestors(run))


def leave(step: Step, run: TaskRun, state: State) -> bool:
    """End the execution at once, from within a container that ends with it.

    False: it ends already.
    """
    execution = step.live.execution
    if execution.state.is_terminal or execution.exit_state is not None:
        return False
    _leave(step, state, (run, *execution.ancestors(run)))
    return True


def _leave(step: Step, state: State, above: Iterable[TaskRun]) -> None:
    step.live.execution.exit_state = state
    step.live.execution.exit_above = [one.id for one in above]
    stop_open_runs(step, GRACE_SECONDS)
