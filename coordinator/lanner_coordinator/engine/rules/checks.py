"""What the checks of a flow do to an execution; the runtime judges them before it begins.

One that lets nothing begin never comes here. One that fails the execution ends it before anything
of it runs, but for what runs after the end; what the others have to say stands in the log.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import WriteLog
from lanner_coordinator.engine.events import ExecutionCreated
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step


def tell(step: Step, event: ExecutionCreated) -> None:
    """Write what checks say that let the execution begin."""
    for note in event.notes:
        step.commands.append(WriteLog(level="WARN", text=note))


def fail(step: Step, failure: str) -> None:
    """End the execution before anything of it runs."""
    execution = step.live.execution
    execution.error = failure
    step.commands.append(WriteLog(level="ERROR", text=failure))
    execution.end_state = State.FAILED
    step.conclude()
