"""A flow as the engine walks it: every task by id, with what it inherits from above.

A plan is made once for each revision and shared by all its executions, so that a step never
searches the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.flow.model import Flow, Retry, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """A task and what the engine wants to know of it at once.

    Attributes:
        task: As the flow has it.
        parent_id: Task above; empty: the flow itself.
        also_below: Further tasks above: of a template that a flow puts in more than once.
        retry: Its own retry, else that of the nearest task above, else the flow's.
        retry_owner: Task whose retry that is; empty: the flow's, or there is none.
        branches: Its children that are not disabled, by property.
        dependants: For a Dag: ids of the children that wait for a child, by that child's id.
    """

    task: Task
    parent_id: str
    also_below: frozenset[str] = frozenset()
    retry: Retry | None
    retry_owner: str = ""
    branches: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    dependants: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def is_below(self, parent_id: str) -> bool:
        """Whether it stands below this task; empty: in the flow itself."""
        return parent_id == self.parent_id or parent_id in self.also_below


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Plan:
    """All tasks of one revision of a flow.

    Attributes:
        flow: The revision.
        revision: Its number.
        branches: The flow's own tasks that are not disabled, by property.
        tasks: By task id.
        complete: Gives the plan with the tasks of templates, by the templates' sources; absent:
            the flow has no task that puts a template in, or all are in already.
        refusals: Why tasks cannot put their template in, by task id.
    """

    flow: Flow
    revision: int
    branches: Mapping[str, Sequence[Task]]
    tasks: Mapping[str, PlannedTask]
    complete: Callable[[Mapping[str, str]], Plan] | None = None
    refusals: Mapping[str, str] = field(default_factory=dict)

    def branch(self, task_id: str, name: str) -> Sequence[Task]:
        """Tasks below a task, or the flow's own with an empty id, that are not disabled."""
        branches = self.tasks[task_id].branches if task_id else self.branches
        return branches.get(name, ())


def completed(plan: Plan, templates: Mapping[str, str]) -> Plan:
    """A plan with the tasks of these templates; itself where nothing is to be put in."""
    return plan.complete(templates) if plan.complete is not None else plan


def listener_branch(index: int) -> str:
    """Name of the list of a listener's tasks, by the listener's place."""
    return f"listeners.{index}"


def make_plan(flow: Flow, revision: int) -> Plan:
    """The plan of a flow."""
    branches: dict[str, Sequence[Task]] = {
        Phase.TASKS: flow.tasks,
        Phase.ERRORS: flow.errors,
        Phase.FINALLY: flow.finally_tasks,
        Phase.AFTER: flow.after_execution,
    }
    for index, listener in enumerate(flow.listeners):
        branches[listener_branch(index)] = listener.tasks
    tasks: dict[str, PlannedTask] = {}
    for branch in branches.values():
        _add_tasks(tasks, branch, "", (flow.retry, ""))
    return Plan(flow=flow, revision=revision, branches=_enabled(branches), tasks=tasks)


def _add_tasks(
    tasks: dict[str, PlannedTask],
    branch: Sequence[Task],
    parent_id: str,
    inherited: tuple[Retry | None, str],
) -> None:
    for task in branch:
        retry, retry_owner = (task.retry, task.id) if task.retry else inherited
        before = tasks.get(task.id)
        tasks[task.id] = PlannedTask(
            task=task,
            parent_id=parent_id,
            also_below=before.also_below | {before.parent_id} if before else frozenset(),
            retry=retry,
            retry_owner=retry_owner,
            branches=_enabled(task.branches),
            dependants=_dependants(task),
        )
        for children in task.branches.values():
            _add_tasks(tasks, children, task.id, (retry, retry_owner))


def _enabled(branches: Mapping[str, Sequence[Task]]) -> Mapping[str, Sequence[Task]]:
    return {
        str(name): tuple(task for task in tasks if not task.is_disabled)
        for name, tasks in branches.items()
    }


def _dependants(task: Task) -> Mapping[str, Sequence[str]]:
    dependants: dict[str, list[str]] = {}
    for child_id, dependencies in task.dependencies.items():
        for dependency in dict.fromkeys(dependencies):
            dependants.setdefault(dependency, []).append(child_id)
    return dependants
