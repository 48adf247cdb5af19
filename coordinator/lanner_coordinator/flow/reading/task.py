"""One task: what all types have, the properties of its type, and the tasks inside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.model import AgentLostPolicy, FlowOutput, Input, Task, TaskKind
from lanner_coordinator.flow.names import TASK_ID
from lanner_coordinator.flow.nodes import MapNode, Node, ScalarNode, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.branches import Branches, BranchReader
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.inputs import read_inputs
from lanner_coordinator.flow.reading.outputs import read_outputs
from lanner_coordinator.flow.reading.own_work import has_effect
from lanner_coordinator.flow.reading.priority import read_priority
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.result_cache import read_result_cache
from lanner_coordinator.flow.reading.retry import read_retry
from lanner_coordinator.flow.reading.types import find_task_type
from lanner_coordinator.flow.reading.working_directory import check_shared
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE, asked_by
from lanner_coordinator.flow.types.for_each_item import (
    FOR_EACH_ITEM_TYPE,
    ITEMS,
    MERGE,
    SPLIT,
    part_id,
    with_parts,
)
from lanner_coordinator.flow.types.loop import LOOP_TYPE, iteration_id, with_iterations
from lanner_coordinator.flow.types.schemas import LEVELS
from lanner_coordinator.flow.types.subflow import CHILD_EXPRESSIONS

DEFAULT_MAX_DISCONNECT = timedelta(minutes=5)
"""How long an agent may be out of reach where a task does not say it."""

FIELDS = FieldTable(
    "A task",
    (
        Field(name="id", is_required=True),
        Field(name="type", is_required=True),
        Field(name="description"),
        Field(name="retry"),
        Field(name="timeout"),
        Field(name="runIf", also=("when",)),
        Field(name="disabled"),
        Field(name="allowFailure"),
        Field(name="allowWarning"),
        Field(name="taskCache"),
        Field(name="logLevel"),
        Field(name="logToFile"),
        Field(name="priority"),
        Field(name="agentLabels"),
        Field(name="workerGroup"),
        Field(name="onAgentLost"),
        Field(name="maxDisconnect"),
        Field(name="workerSelector", not_supported="use `agentLabels`"),
        Field(name="assets", not_supported="there is no lineage of assets"),
        Field(name="version", not_supported="an agent has one version of a type"),
        Field(name="pluginDefaultsRef", not_supported="defaults apply by their type only"),
        Field(name="policyRefs", not_supported="there are no policies"),
    ),
)
"""What every task may have."""

_WORKER_GROUP = FieldTable(
    "A worker group",
    (
        Field(name="key", is_required=True),
        Field(name="fallback", not_supported="a task waits for an agent with the labels"),
    ),
)

GROUP_LABEL = "group"
"""The label that stands for Kestra's worker groups."""


def read_tasks(node: Node | None, what: str, context: Context) -> Sequence[Task]:
    """A list of tasks."""
    if node is None:
        return ()
    tasks = [read_task(item, context) for item in as_items(node, what, context.report)]
    return tuple(task for task in tasks if task is not None)


def read_task(node: Node, context: Context) -> Task | None:
    """One task with all that is below it; absent where its id or its type is wrong."""
    own = as_map(node, "A task", context.report)
    if own is None:
        return None
    type_node = own.entries.get("type")
    type_name = values.text(type_node, "The `type` of a task", context.report)
    description = None
    if type_name is not None and type_node is not None:
        description = find_task_type(type_name, type_node, context)
    known_name = description.name if description else canonical_name(type_name or "")
    holder = context.defaults.merged(own, known_name) if known_name else own
    taken, rest = FIELDS.split(holder, context.report)
    FIELDS.require(taken, own, context.report)
    task_id = values.name(taken.get("id"), "The task id", TASK_ID, context.report) or ""
    if task_id:
        context.register_task(task_id, taken["id"])
    for key in ("timeout", "runIf"):
        context.expressions.check(taken.get(key), task_id)
    properties = MapNode(own.line, own.column, dict(rest), holder.keys)
    if description is None:
        context.opaque_tasks.append(task_id)
        context.expressions.check(properties, task_id)
        given = {key: plain(value) for key, value in properties.entries.items()}
        return _build(taken, task_id, known_name, TaskKind.AGENT, given, Branches(), own, context)
    branch_nodes = {
        name: properties.entries.pop(name)
        for name in description.branches
        if name in properties.entries
    }
    asked = _read_asked(description.name, properties, context)
    declared = _read_declared(description.name, properties, task_id, context)
    seen_by_child = CHILD_EXPRESSIONS.get(description.name, ())
    context.expressions.check(_without(properties, seen_by_child), task_id)
    _note(description, properties, task_id, context)
    given = read_properties(
        properties,
        description.properties_schema,
        context.report,
        owner=f"`{description.name}`",
        also_known=(*FIELDS.names, *description.branches),
    )
    kind = description.kind or TaskKind.AGENT
    branches = Branches()
    if kind is TaskKind.FLOWABLE:
        branches = BranchReader(read_task, context).read(description.name, branch_nodes, own)
    task = _build(taken, task_id, description.name, kind, given, branches, own, context)
    check_shared(task, branch_nodes.get("tasks"), context.report)
    if description.name == FOR_EACH_ITEM_TYPE:
        return _read_parts(task, properties, taken.get("id", own), context)
    if description.name == LOOP_TYPE:
        context.register_task(iteration_id(task.id), taken.get("id", own))
        return with_iterations(task, declared)
    return replace(task, inputs=asked) if asked else task


def _note(
    description: TypeDescription, properties: MapNode, task_id: str, context: Context
) -> None:
    """Remember a task that starts another flow, or whose tasks stand elsewhere."""
    if description.kind is TaskKind.SUBFLOW:
        context.subflows.append((task_id, properties))
    if description.name == TEMPLATE_TYPE:
        context.opaque_tasks.append(task_id)


def _read_parts(task: Task, properties: MapNode, at: Node, context: Context) -> Task:
    """A ForEachItem with its parts, whose ids must be free and whose flow is another one."""
    context.subflows.append((task.id, properties))
    for part in (SPLIT, ITEMS, MERGE):
        context.register_task(part_id(task.id, part), at)
    return with_parts(task)


def _read_declared(
    type_name: str, properties: MapNode, task_id: str, context: Context
) -> Sequence[FlowOutput]:
    """What the iterations of a Loop give; it is taken out of the properties."""
    if type_name != LOOP_TYPE:
        return ()
    node = properties.entries.pop("outputs", None)
    return read_outputs(node, context.report, context.expressions, iteration_id(task_id))


def _read_asked(type_name: str, properties: MapNode, context: Context) -> Sequence[Input]:
    """The inputs that a task asks for while it waits; they are taken out of its properties."""
    name = asked_by(type_name)
    node = properties.entries.pop(name, None)
    return read_inputs(node, context.report, context.expressions, what=f"`{name}`")


def _without(properties: MapNode, names: Sequence[str]) -> MapNode:
    """Properties whose expressions see what the task itself sees."""
    entries = {key: node for key, node in properties.entries.items() if key not in names}
    return MapNode(properties.line, properties.column, entries, properties.keys)


def _build(
    taken: Mapping[str, Node],
    task_id: str,
    type_name: str,
    kind: TaskKind,
    properties: Mapping[str, object],
    branches: Branches,
    own: MapNode,
    context: Context,
) -> Task:
    report = context.report
    disconnect = values.duration(taken.get("maxDisconnect"), "`maxDisconnect`", report)
    lost = values.choice(taken.get("onAgentLost"), "`onAgentLost`", report, AgentLostPolicy)
    return Task(
        id=task_id,
        type=type_name,
        kind=kind,
        description=values.text(taken.get("description"), "`description`", report) or "",
        properties=properties,
        branches=branches.tasks,
        dependencies=branches.dependencies,
        retry=read_retry(taken.get("retry"), report),
        timeout=_timeout(taken.get("timeout"), report),
        run_if=values.text(taken.get("runIf"), "`runIf`", report),
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        allow_failure=bool(values.boolean(taken.get("allowFailure"), "`allowFailure`", report)),
        allow_warning=bool(values.boolean(taken.get("allowWarning"), "`allowWarning`", report)),
        result_cache=read_result_cache(taken.get("taskCache"), kind, own, report),
        log_level=_log_level(taken.get("logLevel"), report),
        labels=read_agent_labels(taken, report),
        priority=read_priority(taken.get("priority"), report),
        log_to_file=_log_to_file(taken.get("logToFile"), kind, own, report),
        on_agent_lost=lost or AgentLostPolicy.RETRY,
        max_disconnect=DEFAULT_MAX_DISCONNECT if disconnect is None else disconnect,
        position=own.position,
    )


def _timeout(node: Node | None, report: Report) -> str | None:
    written = values.text(node, "`timeout`", report)
    if isinstance(node, ScalarNode) and written is not None and not values.has_expression(written):
        values.duration(node, "`timeout`", report, Sign.POSITIVE)
    return written


def _log_level(node: Node | None, report: Report) -> str:
    written = values.text(node, "`logLevel`", report)
    if node is None or written is None:
        return "TRACE"
    if written not in LEVELS:
        values.refuse_choice(written, "`logLevel`", LEVELS, node, report)
    return written


def _log_to_file(node: Node | None, kind: TaskKind, own: MapNode, report: Report) -> bool:
    is_asked = bool(values.boolean(node, "`logToFile`", report))
    return is_asked and has_effect("logToFile", kind, own, report)


def read_agent_labels(taken: Mapping[str, Node], report: Report) -> Mapping[str, str]:
    """Labels that an agent must have: `agentLabels`, and `workerGroup.key` as one of them."""
    labels = dict(values.text_map(taken.get("agentLabels"), "`agentLabels`", report))
    group = taken.get("workerGroup")
    holder = as_map(group, "`workerGroup`", report) if group is not None else None
    if holder is not None:
        key = _WORKER_GROUP.take(holder, report).get("key")
        name = values.text(key, "`key`", report)
        if name is not None:
            labels[GROUP_LABEL] = name
    return labels
