"""Children as soon as what they depend on has ended: Dag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.contract import Child
from lanner_coordinator.engine.control.parallel import read_limit
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan


class Dag:
    """A child starts when all its dependencies have ended, whatever their state but a failure."""

    properties: Mapping[str, str] = {"concurrent": "typed"}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The children without dependencies."""
        container.limit = read_limit(values, "concurrent", 0)
        dependencies = plan.tasks[container.task_id].task.dependencies
        enabled = {task.id for task in plan.branch(container.task_id, container.branch)}
        container.waiting = {
            task_id: sum(1 for other in set(dependencies.get(task_id, ())) if other in enabled)
            for task_id in sorted(enabled)
        }
        tasks = plan.branch(container.task_id, container.branch)
        container.ready = [task.id for task in tasks if not container.waiting[task.id]]
        return self._start(plan, container)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The children that waited for the one that ended."""
        if ended is not None:
            for task_id in plan.tasks[container.task_id].dependants.get(ended.task_id, ()):
                if task_id not in container.waiting:
                    continue
                container.waiting[task_id] -= 1
                if not container.waiting[task_id]:
                    container.ready.append(task_id)
        return self._start(plan, container)

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """None."""
        return {}

    def _start(self, plan: Plan, container: Container) -> Sequence[Child]:
        room = len(container.ready)
        if container.limit:
            room = min(room, container.limit - container.busy_count)
        chosen = container.ready[:room]
        del container.ready[:room]
        return [Child(task=plan.tasks[task_id].task) for task_id in chosen]
