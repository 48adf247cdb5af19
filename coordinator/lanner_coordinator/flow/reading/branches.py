"""The tasks inside of a flowable task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Task
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.dependencies import check_dependencies
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map, is_null
from lanner_coordinator.flow.types.flowables import FLOWABLES, BranchShape

_GRAPH_NODE = FieldTable(
    "A task of a Dag", (Field(name="task", is_required=True), Field(name="dependsOn"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """What stands below a flowable task.

    Attributes:
        tasks: Tasks by branch; a Switch has one `cases.<key>` for each case.
        dependencies: Ids of the siblings to wait for, by child id; only of a Dag.
    """

    tasks: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)


class BranchReader:
    """Reads the branches of one flowable task.

    Args:
        read_task: Reads one of the children.
        context: Of the source.
    """

    def __init__(self, read_task: Callable[[Node, Context], Task | None], context: Context) -> None:
        self._read_task = read_task
        self._context = context
        self._tasks: dict[str, Sequence[Task]] = {}
        self._dependencies: dict[str, Sequence[str]] = {}

    def read(self, type_name: str, nodes: Mapping[str, Node], own: MapNode) -> Branches:
        """The branches of a task of that type.

        Args:
            type_name: Canonical name of a flowable.
            nodes: Of the branches that are there.
            own: The task.
        """
        flowable = FLOWABLES[type_name]
        for name, node in nodes.items():
            if not is_null(node):
                self._read_branch(name, flowable.shapes[name], node)
        for name in flowable.required:
            if not self._tasks.get(name):
                self._require(name, type_name, own)
        if flowable.required_any and not any(self._tasks.values()):
            wanted = " or ".join(f"`{name}`" for name in flowable.required_any)
            message = f"`{type_name}` needs at least one task in {wanted}"
            self._context.report.error(Code.EMPTY, message, own)
        return Branches(tasks=self._tasks, dependencies=self._dependencies)

    def _read_branch(self, name: str, shape: BranchShape, node: Node) -> None:
        if shape is BranchShape.TASKS:
            self._tasks[name] = self._list(node, f"`{name}`")
        elif shape is BranchShape.ONE:
            task = self._read_task(node, self._context)
            self._tasks[name] = () if task is None else (task,)
        elif shape is BranchShape.GRAPH:
            self._tasks[name] = self._graph(node, f"`{name}`")
        else:
            cases = as_map(node, f"`{name}`", self._context.report)
            for key, case in cases.entries.items() if cases else ():
                if not is_null(case):
                    self._tasks[f"{name}.{key}"] = self._list(case, f"The case `{key}`")

    def _list(self, node: Node, what: str) -> Sequence[Task]:
        items = as_items(node, what, self._context.report)
        tasks = [self._read_task(item, self._context) for item in items]
        return tuple(task for task in tasks if task is not None)

    def _graph(self, node: Node, what: str) -> Sequence[Task]:
        found: list[Task] = []
        places: dict[str, Sequence[tuple[str, Node]]] = {}
        for item in as_items(node, what, self._context.report):
            holder = as_map(item, "A task of a Dag", self._context.report)
            taken = _GRAPH_NODE.take(holder, self._context.report) if holder else {}
            task = self._read_task(taken["task"], self._context) if "task" in taken else None
            if task is not None:
                found.append(task)
                places[task.id] = self._depends_on(taken.get("dependsOn"))
        check_dependencies(places, "task", self._context.report)
        self._dependencies.update(
            (task_id, tuple(name for name, _ in wanted)) for task_id, wanted in places.items()
        )
        return tuple(found)

    def _depends_on(self, node: Node | None) -> Sequence[tuple[str, Node]]:
        if node is None:
            return ()
        report = self._context.report
        found = []
        for item in as_items(node, "`dependsOn`", report):
            name = values.text(item, "A dependency", report)
            if name is not None:
                found.append((name, item))
        return found

    def _require(self, name: str, type_name: str, own: MapNode) -> None:
        """Report a branch without tasks; one that is no list of right tasks is reported already."""
        node = own.entries.get(name)
        is_empty = isinstance(node, ListNode) and not node.items
        if node is not None and not is_null(node) and not is_empty:
            return
        at = own.keys.get(name, own)
        message = f"`{type_name}` needs tasks in `{name}`, which must not be empty"
        self._context.report.error(Code.EMPTY, message, at)
