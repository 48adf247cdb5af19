"""All children at once, or as many as a limit allows: Parallel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.contract import Child, ControlError
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan


def read_limit(values: Mapping[str, object], name: str, default: int) -> int:
    """A limit among the steering values; 0 means no limit.

    Raises:
        ControlError: It is no whole number of 0 or more.
    """
    value = values.get(name)
    if value is None:
        return default
    try:
        limit = int(str(value))
    except ValueError:
        limit = -1
    if limit < 0:
        raise ControlError(f"`{name}` must be a whole number of 0 or more, but is `{value}`")
    return limit


class Parallel:
    """Children in order of the source, at most `concurrent` at once."""

    properties: Mapping[str, str] = {"concurrent": "typed"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """As many children as the limit allows."""
        container.limit = read_limit(values, "concurrent", 0)
        return self._start(plan, container, container.limit or None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """One child for the one that ended."""
        room = container.limit - container.busy_count if container.limit else None
        return self._start(plan, container, room)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """None."""
        return {}

    def _start(self, plan: Plan, container: Container, room: int | None) -> Sequence[Child]:
        tasks = plan.branch(container.task_id, container.branch)
        first = container.next_index
        last = len(tasks) if room is None else min(len(tasks), first + room)
        container.next_index = last
        return [Child(task=task) for task in tasks[first:last]]
