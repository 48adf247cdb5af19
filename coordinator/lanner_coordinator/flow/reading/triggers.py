"""`triggers`: what starts executions of a flow by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.cron import complaint_about_cron
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.flow.names import TASK_ID
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.conditions import read_conditions, read_when
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.labels import read_labels
from lanner_coordinator.flow.reading.polling import check_polling, refuse_places
from lanner_coordinator.flow.reading.preconditions import KEYS, read_flow_preconditions
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.task import read_agent_labels
from lanner_coordinator.flow.reading.types import find_trigger_type
from lanner_coordinator.flow.state_names import SPELLINGS, state_name
from lanner_coordinator.flow.types.polling import POLLING_TYPES
from lanner_coordinator.flow.types.schemas import LEVELS
from lanner_coordinator.flow.types.triggers import FLOW, SCHEDULE, SCHEDULE_ON_DATES

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
        Field(name="conditions", formerly=("scheduleConditions",)),
        Field(name="when"),
        Field(name="logLevel", also=("minLogLevel",)),
        Field(name="logToFile", no_effect="triggers write to the coordinator's own log"),
        Field(name="agentLabels"),
        Field(name="workerGroup"),
        Field(name="workerSelector"),
        Field(name="stopAfter"),
        Field(name="failOnTriggerError"),
        Field(name="allowConcurrent"),
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
            context.report.error(
                Code.DUPLICATE_ID, message, getattr(item, "entries", {}).get("id", item)
            )
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
    is_flow = description is not None and description.name == FLOW.name
    for key in ("inputs", "labels"):
        part = "" if is_flow or description is None else "trigger"
        context.expressions.check(taken.get(key), is_in_trigger=True, part=part)
    if isinstance(given := taken.get("inputs"), MapNode):
        context.given_inputs.append(given)
    properties = MapNode(own.line, own.column, dict(rest), holder.keys)
    if description is None or trigger_id is None:
        return None
    is_polling = description.name in POLLING_TYPES
    if is_polling:
        check_polling(properties, context)
    refuse_places(taken, holder, report, is_polling=is_polling)
    kept = {key: properties.entries.pop(key) for key in KEYS if key in rest} if is_flow else {}
    read = read_properties(
        properties,
        description.properties_schema,
        report,
        owner=f"`{description.name}`",
        also_known=FIELDS.names,
    )
    _check_dates(description.name, properties, read, context)
    trigger = _build(taken, trigger_id, description.name, read, kept, own, context)
    if is_flow and not trigger.conditions and not trigger.preconditions:
        message = "The Flow trigger has no condition: it starts after every execution of any flow"
        report.warn(Code.NO_EFFECT, message, own, hint="Add `dependsOn` or `conditions`.")
    return trigger


def _build(
    taken: Mapping[str, Node],
    trigger_id: str,
    type_name: str,
    properties: Mapping[str, object],
    kept: Mapping[str, Node],
    own: MapNode,
    context: Context,
) -> Trigger:
    report, is_flow = context.report, type_name == FLOW.name
    return Trigger(
        id=trigger_id,
        type=type_name,
        description=values.text(taken.get("description"), "`description`", report) or "",
        properties=properties,
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        inputs=values.any_map(taken.get("inputs"), "`inputs`", report),
        labels=dict(read_labels(taken.get("labels"), report)),
        conditions=(
            *read_conditions(
                taken.get("conditions"), "`conditions`", context, has_execution=is_flow
            ),
            *read_when(taken.get("when"), context),
        ),
        preconditions=read_flow_preconditions(kept, taken.get("conditions"), context)
        if is_flow
        else (),
        stop_after=_read_states(taken.get("stopAfter"), report),
        allows_concurrent=bool(
            values.boolean(taken.get("allowConcurrent"), "`allowConcurrent`", report)
        ),
        fails_on_error=bool(
            values.boolean(taken.get("failOnTriggerError"), "`failOnTriggerError`", report)
        ),
        log_level=_read_level(taken.get("logLevel"), report),
        agent_labels=read_agent_labels(taken, report) if type_name in POLLING_TYPES else {},
        position=own.position,
    )


def _read_states(node: Node | None, report: Report) -> Sequence[str]:
    if node is None:
        return ()
    found = []
    for item in as_items(node, "`stopAfter`", report):
        written = values.text(item, "A state in `stopAfter`", report)
        if written is None:
            continue
        if written not in SPELLINGS:
            values.refuse_choice(written, "A state in `stopAfter`", SPELLINGS, item, report)
        found.append(state_name(written))
    return tuple(found)


def _read_level(node: Node | None, report: Report) -> str:
    written = values.text(node, "`logLevel`", report)
    if written is None or node is None:
        return "TRACE"
    if written not in LEVELS:
        values.refuse_choice(written, "`logLevel`", LEVELS, node, report)
    return written


def _check_dates(
    name: str, properties: MapNode, read: Mapping[str, object], context: Context
) -> None:
    if name == SCHEDULE.name:
        _check_cron(properties, bool(read.get("withSeconds")), context)
    elif name == SCHEDULE_ON_DATES.name:
        node = properties.entries.get("dates")
        for item in node.items if isinstance(node, ListNode) else ():
            written = plain(item)
            if isinstance(written, str) and not values.has_expression(written):
                _check_date(written, item, context)


def _check_date(written: str, item: Node, context: Context) -> None:
    try:
        datetime.fromisoformat(written.strip())
    except ValueError:
        message = f"`dates`: `{written}` is no date; write it like `2026-12-24T18:00:00Z`"
        context.report.error(Code.BAD_DATE, message, item)


def _check_cron(properties: MapNode, with_seconds: bool, context: Context) -> None:
    node = properties.entries.get("cron")
    written = values.text(node, "`cron`", context.report) if node else None
    if node is None or written is None or values.has_expression(written):
        return
    complaint = complaint_about_cron(written, with_seconds=with_seconds)
    if complaint:
        context.report.error(Code.BAD_CRON, f"`cron`: {complaint}", node)
