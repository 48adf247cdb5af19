"""`listeners`: tasks that run after the end of an execution, if conditions hold."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Listener
from lanner_coordinator.flow.nodes import ListNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.conditions import read_conditions
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.task import read_tasks

_FIELDS = FieldTable(
    "A listener",
    (Field(name="description"), Field(name="conditions"), Field(name="tasks", is_required=True)),
)


def read_listeners(node: Node | None, context: Context) -> Sequence[Listener]:
    """The listeners of a flow, without those that are wrong."""
    if node is None:
        return ()
    read = [_read(item, context) for item in as_items(node, "`listeners`", context.report)]
    return tuple(listener for listener in read if listener is not None)


def _read(node: Node, context: Context) -> Listener | None:
    holder = as_map(node, "A listener", context.report)
    if holder is None:
        return None
    taken = _FIELDS.take(holder, context.report)
    values.text(taken.get("description"), "`description`", context.report)
    given = taken.get("tasks")
    if isinstance(given, ListNode) and not given.items:
        message = "`tasks` of a listener must not be empty"
        context.report.error(Code.EMPTY, message, holder.keys["tasks"])
    conditions = read_conditions(
        taken.get("conditions"), "`conditions`", context, has_execution=True
    )
    tasks = read_tasks(given, "`tasks`", context)
    return Listener(tasks=tasks, conditions=tuple(conditions)) if tasks else None
