"""How task runs and containers end (flow language 5.2).

A container's state comes from its tasks alone: `errors` never rescue, and `finally` only makes it
worse. A killed one stays killed.
"""

from __future__ import annotations

from lanner_coordinator.engine.control.table import ALLOW_FAILURE_TYPE
from lanner_coordinator.engine.execution import Container
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Task


def container_state(container: Container) -> State:
    """State of a container whose children have all ended, before its own `allowFailure`."""
    if container.killed_count and not container.is_expired:
        return State.KILLED
    if container.is_expired or container.failed_count or container.has_failed_finally:
        return State.FAILED
    if container.cancelled_count:
        return State.CANCELLED
    return State.WARNING if container.warning_count else State.SUCCESS


def has_failed(container: Container) -> bool:
    """Whether no child of the tasks phase starts any more: one failed, or its time is over."""
    failures = container.failed_count + container.cancelled_count + container.killed_count
    return container.is_expired or failures > 0


def counted_state(container: Container, state: State) -> State:
    """How the end of a child counts in its container: one that forgives takes no failure amiss."""
    return State.SUCCESS if container.forgives and state is State.FAILED else state


def allowed_state(task: Task, state: State) -> State:
    """State of a task run after `allowFailure` and `allowWarning`."""
    if state is State.FAILED and (task.allow_failure or task.type == ALLOW_FAILURE_TYPE):
        state = State.WARNING
    if state is State.WARNING and task.allow_warning:
        state = State.SUCCESS
    return state


def count_child(container: Container, state: State, *, by: int = 1) -> None:
    """Count the end of a child of the tasks phase (with `by=-1`: take it back, for a restart)."""
    count_state(container, counted_state(container, state), by=by)


def count_state(container: Container, state: State, *, by: int = 1) -> None:
    """Count what a container itself has come to, which is not forgiven."""
    if state is State.KILLED:
        container.killed_count += by
    elif state is State.FAILED:
        container.failed_count += by
    elif state is State.CANCELLED:
        container.cancelled_count += by
    elif state is State.WARNING:
        container.warning_count += by
