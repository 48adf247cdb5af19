"""Reads a flow: YAML text in, a checked model and every problem out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem
from lanner_coordinator.flow.model import Flow, PluginDefault
from lanner_coordinator.flow.names import FLOW_ID, NAMESPACE, RESERVED_FLOW_IDS
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode, describe
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.checks import read_checks
from lanner_coordinator.flow.reading.concurrency import read_concurrency
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS, check_defaults
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, is_null
from lanner_coordinator.flow.reading.inputs import read_inputs
from lanner_coordinator.flow.reading.labels import read_labels
from lanner_coordinator.flow.reading.listeners import read_listeners
from lanner_coordinator.flow.reading.mentions import check_mentions
from lanner_coordinator.flow.reading.outputs import read_outputs
from lanner_coordinator.flow.reading.plugin_defaults import (
    Defaults,
    configured_defaults,
    read_plugin_defaults,
)
from lanner_coordinator.flow.reading.priority import read_priority
from lanner_coordinator.flow.reading.reachability import check_reachability
from lanner_coordinator.flow.reading.report import Report, paths_by_position
from lanner_coordinator.flow.reading.retry import read_retry
from lanner_coordinator.flow.reading.sla import read_slas
from lanner_coordinator.flow.reading.subflows import FlowMention, check_recursion, flows_named
from lanner_coordinator.flow.reading.task import read_task, read_tasks
from lanner_coordinator.flow.reading.triggers import read_triggers
from lanner_coordinator.flow.yaml_text import read_yaml

FIELDS = FieldTable(
    "A flow",
    (
        Field(name="id", is_required=True),
        Field(name="namespace", is_required=True),
        Field(name="revision"),
        Field(name="description"),
        Field(name="labels"),
        Field(name="inputs"),
        Field(name="variables"),
        Field(name="tasks"),
        Field(name="errors"),
        Field(name="finally"),
        Field(name="afterExecution"),
        Field(name="outputs"),
        Field(name="triggers"),
        Field(name="pluginDefaults", formerly=("taskDefaults",)),
        Field(name="disabled"),
        Field(name="priority"),
        Field(name="retry"),
        Field(name="concurrency"),
        Field(name="sla"),
        Field(name="checks"),
        Field(name="listeners", deprecated="Write `afterExecution`, with `runIf` at its tasks."),
        Field(name="quotas", not_supported="there are no quotas"),
        Field(name="draft", not_supported="every applied flow is active"),
        Field(name="workerGroup", not_supported="set `workerGroup` or `agentLabels` at tasks"),
        Field(name="workerSelector", not_supported="set `agentLabels` at tasks"),
        Field(name="policyRefs", not_supported="there are no policies"),
        Field(name="tenantId", no_effect="there is one tenant"),
        Field(name="deleted", no_effect="delete the flow instead"),
        Field(name="updated", no_effect="the coordinator keeps it"),
    ),
)
"""What a flow may have."""

_RENDERS = frozenset({"render", "renderOnce"})
"""Functions that render the text of a variable."""

Part = Literal["task", "trigger"]
"""What may be read without the flow around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What came of reading a source.

    Attributes:
        flow: Absent where there is an error.
        problems: Errors and warnings in order of the source.
        mentions: The other flows that it names outright; none where there is an error.
        key: Namespace and id that the source names, also where there is an error; empty texts
            where it names none.
    """

    flow: Flow | None
    problems: tuple[Problem, ...]
    mentions: tuple[FlowMention, ...] = ()
    key: tuple[str, str] = ("", "")


NamespaceDefaults = Callable[[str], Sequence[Sequence[PluginDefault]]]
"""The plugin defaults of the namespaces that a namespace is in, the outermost first."""


def _no_defaults(namespace: str) -> Sequence[Sequence[PluginDefault]]:
    return ()


def read_flow(
    source: str,
    catalog: Catalog,
    *,
    plugin_defaults: Sequence[PluginDefault] = (),
    namespace_defaults: NamespaceDefaults = _no_defaults,
    name: str = "",
) -> ReadResult:
    """Read a flow and find everything that is wrong with it. Raises nothing.

    Args:
        source: YAML text.
        catalog: The types that exist.
        plugin_defaults: Those of the coordinator's configuration.
        namespace_defaults: Gives those of the flow's namespaces.
        name: What the source is called in messages, such as a file name; empty: nothing.
    """
    report = Report()
    root = read_yaml(source, report)
    if root is None and not len(report):
        report.error(Code.NOT_A_FLOW, f"{_subject(name)} is empty", ListNode(1, 1))
    elif root is not None and not isinstance(root, MapNode):
        what = "is empty" if is_null(root) else f"holds {describe(root)}"
        message = f"{_subject(name)} {what}; a flow is a map with `id`, `namespace` and `tasks`"
        report.error(Code.NOT_A_FLOW, message, root)
    if not isinstance(root, MapNode):
        return ReadResult(flow=None, problems=report.problems(root or ListNode(1, 1)))
    layers = (plugin_defaults, *namespace_defaults(_namespace_of(root)))
    flow, mentions = _read_root(source.removeprefix("\ufeff"), root, report, catalog, layers)
    is_sound = not report.has_errors
    if is_sound and mentions:
        paths = paths_by_position(root)
        mentions = tuple(replace(one, path=paths.get(one.position, "")) for one in mentions)
    return ReadResult(
        flow=flow if is_sound else None,
        problems=report.problems(root),
        mentions=mentions if is_sound else (),
        key=(flow.namespace, flow.id),
    )


def check_part(source: str, part: Part, catalog: Catalog) -> tuple[Problem, ...]:
    """Everything that is wrong with the YAML or JSON text of one task or trigger."""
    report = Report()
    root = read_yaml(source, report)
    expressions = Expressions(source, report)
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults((), (), catalog, COMMON_KEYS),
        expressions=expressions,
    )
    if root is None:
        if not len(report):
            report.error(Code.NOT_A_FLOW, f"The {part} is empty", ListNode(1, 1))
    elif part == "task":
        read_task(root, context)
    else:
        read_triggers(ListNode(1, 1, [root]), context)
    return report.problems(root or ListNode(1, 1))


def _read_root(
    source: str,
    root: MapNode,
    report: Report,
    catalog: Catalog,
    outer_defaults: Sequence[Sequence[PluginDefault]],
) -> tuple[Flow, tuple[FlowMention, ...]]:
    taken = FIELDS.take(root, report)
    default_nodes, defaults = read_plugin_defaults(taken.get("pluginDefaults"), report)
    expressions = Expressions(source, report)
    configured, *namespaces = map(configured_defaults, outer_defaults)
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults(default_nodes, configured, catalog, COMMON_KEYS, namespaces),
        expressions=expressions,
    )
    check_defaults(default_nodes, context)
    values.integer(taken.get("revision"), "`revision`", report, at_least=1)
    flow = Flow(
        id=_read_id(taken, report),
        namespace=values.name(
            taken.get("namespace"), "The namespace", NAMESPACE, report, Code.BAD_NAMESPACE
        ) or "",
        description=values.text(taken.get("description"), "`description`", report) or "",
        labels=read_labels(taken.get("labels"), report),
        inputs=read_inputs(taken.get("inputs"), report, expressions),
        variables=values.any_map(taken.get("variables"), "`variables`", report),
        tasks=read_tasks(taken.get("tasks"), "`tasks`", context),
        errors=read_tasks(taken.get("errors"), "`errors`", context),
        finally_tasks=read_tasks(taken.get("finally"), "`finally`", context),
        listeners=read_listeners(taken.get("listeners"), context),
        after_execution=read_tasks(taken.get("afterExecution"), "`afterExecution`", context),
        outputs=read_outputs(taken.get("outputs"), report, expressions),
        triggers=read_triggers(taken.get("triggers"), context),
        plugin_defaults=tuple(defaults),
        retry=read_retry(taken.get("retry"), report),
        sla=read_slas(taken.get("sla"), report, expressions),
        checks=read_checks(taken.get("checks"), report, expressions),
        concurrency=read_concurrency(taken.get("concurrency"), report),
        is_disabled=bool(values.boolean(taken.get("disabled"), "`disabled`", report)),
        priority=read_priority(taken.get("priority"), report) or 0,
        source=source,
    )  # fmt: skip
    _require_tasks(taken.get("tasks"), root, report)
    if any(_RENDERS & mention.references.functions for mention in expressions.mentions):
        # Otherwise the texts of variables are never rendered.
        expressions.check(taken.get("variables"), part="variables")
    check_reachability(flow, context)
    check_mentions(flow, context)
    check_recursion(flow, context)
    return flow, tuple(flows_named(flow, context))


def _namespace_of(root: MapNode) -> str:
    """The namespace that a source names, if it is a text at all."""
    node = root.entries.get("namespace")
    return node.text if isinstance(node, ScalarNode) else ""


def _read_id(taken: Mapping[str, Node], report: Report) -> str:
    flow_id = values.name(taken.get("id"), "The flow id", FLOW_ID, report) or ""
    if flow_id.lower() in RESERVED_FLOW_IDS:
        message = f"The flow id `{flow_id}` is a word for an action, which Kestra refuses as an id"
        report.warn(Code.RESERVED_ID, message, taken["id"], hint="Choose another id.")
    return flow_id


def _require_tasks(node: Node | None, root: MapNode, report: Report) -> None:
    if node is None:
        at = root.keys.get("tasks", root)
        report.error(Code.EMPTY, "A flow needs `tasks`, which must not be empty", at)
    elif isinstance(node, ListNode) and not node.items:
        report.error(Code.EMPTY, "`tasks` of a flow must not be empty", root.keys["tasks"])


def _subject(name: str) -> str:
    return f"`{name}`" if name else "The source"
