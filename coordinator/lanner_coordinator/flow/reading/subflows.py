"""Which flows a flow starts or waits for, as far as its text says it outright."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.conditions.upstream import DEPENDENCY
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import Flow, Position, Trigger
from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.values import has_expression
from lanner_coordinator.flow.suggest import did_you_mean

_NAMING = (DEPENDENCY, f"{CONDITION_PREFIX}ExecutionFlow")
"""Conditions that hold for executions of one flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMention:
    """Something that names another flow in its text.

    Attributes:
        what: What it is and does with that flow, for a sentence: `Task "load" starts`.
        why: What comes of it where there is no such flow.
        namespace: Of the flow.
        flow_id: Of the flow.
        position: In the source.
        length: Characters from `position` on; 0: unknown.
        path: Where in the flow.
    """

    what: str
    why: str
    namespace: str
    flow_id: str
    position: Position
    length: int = 0
    path: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and id of the flow."""
        return self.namespace, self.flow_id


def flows_named(flow: Flow, context: Context) -> Iterator[FlowMention]:
    """The flows that a flow starts or waits for, without those that an expression names."""
    for task_id, properties in context.subflows:
        namespace, flow_id = _text(properties, "namespace"), _text(properties, "flowId")
        if task_id not in context.idle_tasks and _are_plain(namespace, flow_id):
            yield FlowMention(
                what=f'Task "{task_id}" starts',
                why="the task fails without it",
                namespace=namespace,
                flow_id=flow_id,
                position=properties.entries["flowId"].position,
                length=len(flow_id),
            )
    for trigger in flow.triggers:
        if not trigger.is_disabled:
            yield from _flows_awaited(trigger)


def _flows_awaited(trigger: Trigger) -> Iterator[FlowMention]:
    parts = [part for one in trigger.preconditions for part in one.parts.values()]
    for condition in (*parts, *trigger.conditions):
        if condition.type not in _NAMING:
            continue
        namespace = condition.properties.get("namespace")
        flow_id = condition.properties.get("flowId")
        if _are_plain(namespace, flow_id):
            yield FlowMention(
                what=f'Trigger "{trigger.id}" waits for',
                why="it waits in vain without it",
                namespace=str(namespace),
                flow_id=str(flow_id),
                position=condition.position,
            )


def check_recursion(flow: Flow, context: Context) -> None:
    """Report tasks that start their own flow, which would never end."""
    for _, properties in context.subflows:
        named = [_text(properties, key) for key in ("namespace", "flowId")]
        if named == [flow.namespace, flow.id]:
            context.report.error(
                Code.RECURSIVE_SUBFLOW,
                f"Recursive call to flow [{flow.namespace}.{flow.id}]",
                properties.entries["flowId"],
                hint="A flow that starts itself never ends.",
            )


def unknown_flow(mention: FlowMention, known: Iterable[tuple[str, str]]) -> Problem:
    """The warning that a flow which is named does not exist.

    Args:
        mention: Where it is named.
        known: Namespace and id of the flows that there are.
    """
    ids = (flow_id for namespace, flow_id in known if namespace == mention.namespace)
    near = did_you_mean(mention.flow_id, ids)
    return Problem(
        severity=Severity.WARNING,
        code=Code.UNKNOWN_FLOW,
        message=f"{mention.what} flow `{mention.namespace}.{mention.flow_id}`, "
        "which does not exist yet",
        hint=near or f"Apply that flow too before this one runs: {mention.why}.",
        position=mention.position,
        length=mention.length,
        path=mention.path,
    )


def _are_plain(*texts: object) -> bool:
    return all(isinstance(one, str) and one != "" and not has_expression(one) for one in texts)


def _text(properties: MapNode, key: str) -> str:
    node = properties.entries.get(key)
    return node.text if isinstance(node, ScalarNode) else ""
