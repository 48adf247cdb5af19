"""`triggers`: what starts executions of a flow by itself."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.cron import complaint_about_cron
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.flow.names import TASK_ID
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.labels import read_labels
from lanner_coordinator.flow.reading.types import find_trigger_type
from lanner_coordinator.flow.types.triggers import SCHEDULE

FIELDS = FieldTable(
    "A trigger",
    (
        Field(name="id", is_required=True),
        Field(name="type", is_required=True),
        Field(name="description"),
        Field(name="disabled"),
        Field(name="inputs"),
        Field(name="labels"),
        Field(name="backfill", no_effect="a backfill is started with `lanner trigger backfill`"),
        Field(name="conditions", not_supported="triggers have no conditions"),
        Field(name="scheduleConditions", not_supported="triggers have no conditions"),
        Field(name="when", not_supported="triggers have no conditions"),
        Field(name="logLevel", also=("minLogLevel",), no_effect="triggers write no log"),
        Field(name="logToFile", no_effect="triggers write no log"),
        Field(name="workerGroup", no_effect="the coordinator evaluates triggers"),
        Field(name="workerSelector", no_effect="the coordinator evaluates triggers"),
        Field(name="stopAfter", not_supported="disable the trigger by hand"),
        Field(name="failOnTriggerError", not_supported="a failed evaluation is logged"),
        Field(name="allowConcurrent", not_supported="executions of a trigger do not overlap"),
        Field(name="version", not_supported="there is one version of a type"),
        Field(name="assets", not_supported="there is no lineage of assets"),
    ),
)
"""What every trigger may have."""


def read_triggers(node: Node | None, context: Context) -> Sequence[Trigger]:
    """The triggers in order of the source."""
    if node is None:
        return ()
    found: dict[str, Trigger] = {}
    for item in as_items(node, "`triggers`", context.report):
        one = _read_trigger(item, context)
        if one is None:
            continue
        if one.id in found:
            first = found[one.id].position.line
            message = f"The trigger id `{one.id}` is taken by the trigger in line {first}"
            context.report.error(Code.DUPLICATE_ID, message, item)
        found.setdefault(one.id, one)
    return tuple(found.values())


def _read_trigger(node: Node, context: Context) -> Trigger | None:
    report = context.report
    own = as_map(node, "A trigger", report)
    if own is None:
        return None
    type_node = own.entries.get("type")
    type_name = values.text(type_node, "The `type` of a trigger", report)
    description = None
    if type_name is not None and type_node is not None:
        description = find_trigger_type(type_name, type_node, context)
    holder = context.defaults.merged(own, description.name) if description else own
    taken, rest = FIELDS.split(holder, report)
    FIELDS.require(taken, own, report)
    trigger_id = values.name(taken.get("id"), "The trigger id", TASK_ID, report)
    for key in ("inputs", "labels"):
        context.expressions.check(taken.get(key), is_in_trigger=True)
    properties = MapNode(own.line, own.column, dict(rest), holder.keys)
    if description is None or trigger_id is None:
        return None
    read = read_properties(
        properties,
        description.properties_schema,
        report,
        owner=f"`{description.name}`",
        also_known=FIELDS.names,
    )
    if description.name == SCHEDULE.name:
        _check_cron(properties, bool(read.get("withSeconds")), context)
    return Trigger(
        id=trigger_id,
        type=description.name,
        description=values.text(taken.get("description"), "`description`", report) or "",
        properties=read,
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        inputs=values.any_map(taken.get("inputs"), "`inputs`", report),
        labels=dict(read_labels(taken.get("labels"), report)),
        position=own.position,
    )


def _check_cron(properties: MapNode, with_seconds: bool, context: Context) -> None:
    node = properties.entries.get("cron")
    written = values.text(node, "`cron`", context.report) if node else None
    if node is None or written is None or values.has_expression(written):
        return
    complaint = complaint_about_cron(written, with_seconds=with_seconds)
    if complaint:
        context.report.error(Code.BAD_CRON, f"`cron`: {complaint}", node)
