"""Which listeners of a flow fit an execution that has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.flow.conditions.contract import ConditionError, Subject
from lanner_coordinator.flow.conditions.table import all_hold
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.runtime.flow_triggers.observing import observed


def fitting_listeners(
    live: LiveExecution, render: Callable[[object], object]
) -> tuple[list[int], Sequence[str]]:
    """Places of the listeners whose conditions hold, and why others cannot be looked at.

    `render` renders a value as the execution sees it; it raises ExpressionError.
    """
    subject = Subject(
        namespace=live.execution.namespace,
        flow_id=live.execution.flow_id,
        render=render,
        observed=observed(live, live.execution.state.value),
    )
    fitting: list[int] = []
    complaints: list[str] = []
    for index, listener in enumerate(live.plan.flow.listeners):
        try:
            if all_hold(listener.conditions, subject):
                fitting.append(index)
        except (ConditionError, ExpressionError) as error:
            complaints.append(f"listener {index + 1} does not run: {error}")
    return fitting, complaints
