"""What is to be done when an execution has ended."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.commands import Command, EndExecution, RepeatExecution
from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State


def end_commands(execution: Execution) -> Sequence[Command]:
    """What is to be done when an execution has ended."""
    end = EndExecution(state=execution.state)
    if execution.state is not State.RETRIED or execution.repeat_at is None:
        return (end,)
    repeat = RepeatExecution(
        at=execution.repeat_at,
        attempt_number=execution.attempt_number + 1,
        first_created_at=execution.first_created_at or execution.created_at,
    )
    return (repeat, end)
