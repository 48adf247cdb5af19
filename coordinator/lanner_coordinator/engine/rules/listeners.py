"""What runs after the end of an execution: the listeners that fit, then `afterExecution`.

Each is a list of its own: a failure ends its list and not those after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.plan import listener_branch
from lanner_coordinator.flow.model import Task


def after_tasks(live: LiveExecution) -> Sequence[Task]:
    """All tasks that run after the end, in order."""
    return [task for tasks in _lists(live) for task in tasks]


def next_list(live: LiveExecution, position: int) -> int:
    """Place of the first task of the list after the one whose task before `position` failed."""
    return next(end for end in accumulate(map(len, _lists(live))) if end >= position)


def are_open(live: LiveExecution) -> bool:
    """Whether the flow has listeners whose conditions are still to be looked at."""
    is_known = live.execution.listeners is not None
    return live.execution.state.is_terminal and not is_known and bool(live.plan.flow.listeners)


def _lists(live: LiveExecution) -> Sequence[Sequence[Task]]:
    indexes = live.execution.listeners or ()
    chosen = [live.plan.branch("", listener_branch(index)) for index in indexes]
    return [*chosen, live.plan.branch("", Phase.AFTER.value)]
