"""What may stand in a WorkingDirectory: tasks that run on the agent that is chosen for all."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading.report import Report

WORKING_DIRECTORY = "io.kestra.plugin.core.flow.WorkingDirectory"
"""Canonical name of the type."""

_CHOOSING = ("agentLabels", "workerGroup")


def check_shared(task: Task, node: Node | None, report: Report) -> None:
    """Refuse children of a WorkingDirectory that hold tasks, start flows or choose an agent."""
    if task.type != WORKING_DIRECTORY or not isinstance(node, ListNode):
        return
    kinds = {child.id: child.kind for child in task.branches.get("tasks", ())}
    for item in node.items:
        if not isinstance(item, MapNode):
            continue
        own_id = item.entries.get("id")
        name = own_id.text if isinstance(own_id, ScalarNode) else ""
        if kinds.get(name) in (TaskKind.FLOWABLE, TaskKind.SUBFLOW):
            report.error(
                Code.TYPE_ELSEWHERE,
                "Only runnable tasks are allowed as children of a WorkingDirectory task, and"
                f" `{name}` is not one",
                item.entries.get("type", item),
                hint="Put it before or after the WorkingDirectory.",
            )
        for key in _CHOOSING:
            if key in item.entries:
                message = f"`{key}` cannot stand at a task of a WorkingDirectory"
                hint = "Put it at the WorkingDirectory: all its tasks run on one agent."
                report.error(Code.CONFLICT, message, item.keys.get(key, item), hint=hint)
