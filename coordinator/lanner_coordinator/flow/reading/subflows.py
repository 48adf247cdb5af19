"""Which flows a flow starts, as far as its text says it outright."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import Flow, Position, TaskKind, all_tasks
from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.values import has_expression


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMention:
    """A task that starts a flow which its text names.

    Attributes:
        task_id: The task.
        namespace: Of the flow.
        flow_id: Of the flow.
        position: Of the task in the source.
    """

    task_id: str
    namespace: str
    flow_id: str
    position: Position


def flows_started(flow: Flow) -> Iterator[FlowMention]:
    """The flows that a flow starts, without those that an expression names."""
    for task in all_tasks(flow):
        namespace, flow_id = task.properties.get("namespace"), task.properties.get("flowId")
        if task.kind is not TaskKind.SUBFLOW or task.is_disabled:
            continue
        if _is_plain(namespace) and _is_plain(flow_id):
            yield FlowMention(
                task_id=task.id,
                namespace=str(namespace),
                flow_id=str(flow_id),
                position=task.position,
            )


def check_recursion(flow: Flow, context: Context) -> None:
    """Report tasks that start their own flow, which would never end."""
    for properties in context.subflows:
        named = [_text(properties, key) for key in ("namespace", "flowId")]
        if named == [flow.namespace, flow.id]:
            context.report.error(
                Code.RECURSIVE_SUBFLOW,
                f"Recursive call to flow [{flow.namespace}.{flow.id}]",
                properties.entries["flowId"],
                hint="A flow that starts itself never ends.",
            )


def unknown_flow(mention: FlowMention) -> Problem:
    """The warning that a flow which is started does not exist."""
    return Problem(
        severity=Severity.WARNING,
        code=Code.UNKNOWN_SUBFLOW,
        message=f'Task "{mention.task_id}" starts flow `{mention.namespace}.{mention.flow_id}`, '
        "which does not exist yet",
        hint="Apply that flow too before this one runs: the task fails without it.",
        position=mention.position,
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and value != "" and not has_expression(value)


def _text(properties: MapNode, key: str) -> str:
    node = properties.entries.get(key)
    return node.text if isinstance(node, ScalarNode) else ""
