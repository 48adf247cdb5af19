"""How a task ends its execution at once: `core.execution.Exit` (flow language 2.3).

What runs elsewhere is stopped as by a kill, but for `finally` lists, which run; no `errors` list
begins. The task, all that it is in and the execution end in the state that it names. In a list of
`afterExecution` it names only its own state, as the execution has ended by then.
"""

from __future__ import annotations

from lanner_coordinator.engine.events import AttemptFinished
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
    execution.exit_state = event.state
    execution.exit_above = [above.id for above in execution.ancestors(run)]
    stop_open_runs(step, GRACE_SECONDS)
