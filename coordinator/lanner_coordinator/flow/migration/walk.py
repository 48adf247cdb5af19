"""Where in a flow's document tasks, triggers, inputs and other maps with known keys stand."""

from __future__ import annotations

from collections.abc import Iterator

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading.input_schemas import NESTED
from lanner_coordinator.flow.types.flowables import asked_by

_TASK_LISTS = ("tasks", "errors", "finally", "afterExecution")


def tasks_of(root: MapNode) -> Iterator[MapNode]:
    """Every task, those inside of others too."""
    for key in _TASK_LISTS:
        yield from _tasks_in(root.entries.get(key))
    for listener in maps_in(root.entries.get("listeners")):
        yield from _tasks_in(listener.entries.get("tasks"))


def inputs_of(root: MapNode) -> Iterator[MapNode]:
    """Every input, those of tasks and in other inputs too."""
    pending = list(maps_in(root.entries.get("inputs")))
    for task in tasks_of(root):
        pending.extend(maps_in(task.entries.get(_asked(task))))
    while pending:
        one = pending.pop()
        yield one
        for key in NESTED.values():
            pending.extend(maps_in(one.entries.get(key)))


def triggers_of(root: MapNode) -> Iterator[MapNode]:
    """Every trigger."""
    yield from maps_in(root.entries.get("triggers"))


def defaults_of(root: MapNode) -> Iterator[MapNode]:
    """Every plugin default."""
    for key in ("pluginDefaults", "taskDefaults"):
        yield from maps_in(root.entries.get(key))


def conditions_of(root: MapNode) -> Iterator[MapNode]:
    """Every condition of a trigger or listener, those inside of others too."""
    for holder in (*triggers_of(root), *maps_in(root.entries.get("listeners"))):
        for key in ("conditions", "scheduleConditions"):
            yield from _conditions_in(holder.entries.get(key))


def plugins_in(task: MapNode) -> Iterator[MapNode]:
    """Maps with a type in the properties of a task that are no tasks, such as task runners."""
    asked = _asked(task)
    for key, value in task.entries.items():
        if key != asked:
            yield from _plugins_below(value)


def maps_in(node: Node | None) -> Iterator[MapNode]:
    """The maps in a list."""
    if isinstance(node, ListNode):
        yield from (item for item in node.items if isinstance(item, MapNode))


def scalars_of(root: Node) -> Iterator[ScalarNode]:
    """All texts with a brace, keys too."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, ScalarNode):
            if "{" in node.text:
                yield node
        elif isinstance(node, ListNode):
            pending.extend(node.items)
        else:
            pending.extend(node.entries.values())
            pending.extend(node.keys.values())


def is_task(node: Node) -> bool:
    """Whether a map is a task."""
    return isinstance(node, MapNode) and "type" in node.entries and "id" in node.entries


def _asked(task: MapNode) -> str:
    """The property of a task that holds inputs; empty: it has none."""
    of_type = task.entries.get("type")
    return asked_by(canonical_name(of_type.text)) if isinstance(of_type, ScalarNode) else ""


def _tasks_in(node: Node | None) -> Iterator[MapNode]:
    for holder in maps_in(node):
        own = holder.entries.get("task")
        yield from _task(
            own if isinstance(own, MapNode) and "type" not in holder.entries else holder
        )


def _task(task: MapNode) -> Iterator[MapNode]:
    yield task
    asked = _asked(task)
    for key, value in task.entries.items():
        if key != asked:
            yield from _tasks_below(value)


def _tasks_below(value: Node) -> Iterator[MapNode]:
    """Tasks in a property, whatever its type calls it."""
    if isinstance(value, MapNode):
        if is_task(value):
            yield from _task(value)
            return
        for below in value.entries.values():
            yield from _tasks_below(below)
    elif isinstance(value, ListNode):
        for item in value.items:
            yield from _tasks_below(item)


def _plugins_below(value: Node) -> Iterator[MapNode]:
    if isinstance(value, MapNode):
        if is_task(value):
            return
        if "type" in value.entries:
            yield value
        for below in value.entries.values():
            yield from _plugins_below(below)
    elif isinstance(value, ListNode):
        for item in value.items:
            yield from _plugins_below(item)


def _conditions_in(node: Node | None) -> Iterator[MapNode]:
    found = list(maps_in(node))
    if isinstance(node, MapNode):
        found = [one for one in node.entries.values() if isinstance(one, MapNode)]
    for one in found:
        yield one
        yield from _conditions_in(one.entries.get("conditions"))
