"""The `properties` of an OBJECT: the typed keys of a map."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.flow.names import TASK_ID
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.input_forms import DependsOn
from lanner_coordinator.flow.reading.one_input import Definition, read_one, read_type
from lanner_coordinator.flow.reading.report import Report

_OWNER = "A property of an OBJECT"
_FIELDS = FieldTable(
    _OWNER,
    (
        Field(name="id", is_required=True),
        Field(name="type", is_required=True),
        Field(name="description"),
        Field(name="displayName"),
        Field(name="required"),
    ),
)

_TYPES = (
    InputType.STRING,
    InputType.INT,
    InputType.FLOAT,
    InputType.BOOLEAN,
    InputType.DATE,
    InputType.DATETIME,
    InputType.TIME,
    InputType.DURATION,
    InputType.EMAIL,
    InputType.URI,
    InputType.SELECT,
    InputType.MULTISELECT,
)


def read_fields(node: Node, object_id: str, report: Report) -> Sequence[Input]:
    """The properties in order of the source, their ids below that of the OBJECT."""
    found: dict[str, Input] = {}
    items = as_items(node, "`properties` of an OBJECT", report)
    if not items:
        report.error(Code.EMPTY, "`properties` needs at least one property", node)
    for item in items:
        holder = as_map(item, _OWNER, report)
        one = _read_field(holder, object_id, report) if holder is not None else None
        if one is None or holder is None:
            continue
        if one.id in found:
            message = f"The property `{one.id}` is there already"
            report.error(Code.DUPLICATE_ID, message, holder.entries["id"])
        found.setdefault(one.id, one)
    return tuple(found.values())


def _read_field(holder: MapNode, object_id: str, report: Report) -> Input | None:
    taken, rest = _FIELDS.split(holder, report)
    _FIELDS.require(taken, holder, report)
    name = values.name(taken.get("id"), "The id of a property", TASK_ID, report)
    kind = read_type(taken.get("type"), report)
    if name is None or kind is None:
        return None
    if kind not in _TYPES:
        types = [str(one) for one in _TYPES]
        values.refuse_choice(str(kind), "The `type` of a property", types, taken["type"], report)
        return None
    if "expression" in rest:
        message = "The values of a property cannot come from an `expression`"
        report.error(Code.CONFLICT, message, holder.keys["expression"], hint="List the `values`.")
    definition = Definition(
        holder=holder, taken=taken, rest=rest, known=_FIELDS.names, owner=_OWNER
    )
    return read_one(definition, f"{object_id}.{name}", kind, report, depends_on=DependsOn())
