"""`labels`: a map, or a list of `key` and `value`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, describe
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_map
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.types.execution import SYSTEM_LABEL

READ_ONLY = "system.readOnly"
"""The one system label that a flow may set: it cannot be edited in the console."""

_PAIR = FieldTable(
    "A label", (Field(name="key", is_required=True), Field(name="value", is_required=True))
)


def read_labels(node: Node | None, report: Report) -> Mapping[str, str]:
    """The labels of a flow or trigger; those of the system are refused."""
    found: dict[str, str] = {}
    for key, value, at in _pairs(node, report):
        written = values.text(value, f"The label `{key}`", report)
        if key.startswith(SYSTEM_LABEL) and key != READ_ONLY:
            report.error(
                Code.SYSTEM_LABEL,
                f"`{key}` is a system label, which only Lanner itself sets",
                at,
                hint="Choose a name that does not start with `system.`.",
            )
        elif written is None and not isinstance(value, ListNode | MapNode):
            report.error(Code.MISSING_KEY, f"The label `{key}` has no value", at)
        elif written is not None:
            found[key] = written
    return found


def _pairs(node: Node | None, report: Report) -> list[tuple[str, Node, Node]]:
    if node is None:
        return []
    if isinstance(node, MapNode):
        return [(key, value, node.keys[key]) for key, value in node.entries.items()]
    if not isinstance(node, ListNode):
        message = f"`labels` must be a map, or a list of `key` and `value`, not {describe(node)}"
        report.error(Code.WRONG_TYPE, message, node)
        return []
    found = []
    for item in node.items:
        holder = as_map(item, "A label", report)
        taken = _PAIR.take(holder, report) if holder else {}
        key = values.text(taken.get("key"), "`key`", report)
        value = taken.get("value")
        if key is not None and value is not None:
            found.append((key, value, taken["key"]))
    return found
