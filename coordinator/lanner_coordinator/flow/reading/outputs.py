"""`outputs`: what a flow gives when it ends."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import FlowOutput, InputType
from lanner_coordinator.flow.names import INPUT_ID
from lanner_coordinator.flow.nodes import Node, plain
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.input_schemas import ITEM_TYPES, OUTPUT_TYPES, TYPE_ALIASES
from lanner_coordinator.flow.reading.report import Report

FIELDS = FieldTable(
    "An output",
    (
        Field(name="id", is_required=True),
        Field(name="type", is_required=True),
        Field(name="value", is_required=True),
        Field(name="description"),
        Field(name="displayName"),
        Field(name="required"),
        Field(name="itemType"),
    ),
)
"""What every output may have."""


def read_outputs(
    node: Node | None, report: Report, expressions: Expressions, task_id: str = ""
) -> Sequence[FlowOutput]:
    """The outputs in order of the source; their expressions are those of a task, or the flow's."""
    if node is None:
        return ()
    found: dict[str, FlowOutput] = {}
    for item in as_items(node, "`outputs`", report):
        one = _read_output(item, report, expressions, task_id)
        if one is None:
            continue
        if one.id in found:
            message = (
                f"The output `{one.id}` is there already, in line {found[one.id].position.line}"
            )
            report.error(Code.DUPLICATE_ID, message, getattr(item, "entries", {}).get("id", item))
        found.setdefault(one.id, one)
    return tuple(found.values())


def _read_output(
    node: Node, report: Report, expressions: Expressions, task_id: str
) -> FlowOutput | None:
    holder = as_map(node, "An output", report)
    if holder is None:
        return None
    taken = FIELDS.take(holder, report)
    output_id = values.name(taken.get("id"), "The output id", INPUT_ID, report)
    kind = values.choice(
        taken.get("type"), "The `type` of an output", report, InputType, aliases=TYPE_ALIASES
    )
    if kind is InputType.FORM:
        values.refuse_choice(
            str(kind), "The `type` of an output", OUTPUT_TYPES, taken["type"], report
        )
    required = values.boolean(taken.get("required"), "`required`", report)
    values.text(taken.get("description"), "`description`", report)
    values.text(taken.get("displayName"), "`displayName`", report)
    item_type = values.text(taken.get("itemType"), "`itemType`", report)
    if item_type is not None and item_type not in ITEM_TYPES:
        values.refuse_choice(item_type, "`itemType`", ITEM_TYPES, taken["itemType"], report)
    part = "" if task_id else "outputs"
    expressions.check(taken.get("value"), task_id, part=part, name=output_id or "")
    if output_id is None or kind is None or kind is InputType.FORM:
        return None
    return FlowOutput(
        id=output_id,
        type=kind,
        value=plain(taken["value"]) if "value" in taken else None,
        is_required=required is not False,
        item_type=item_type,
        position=holder.position,
    )
