"""What the readers of one source share."""

from __future__ import annotations

from dataclasses import dataclass, field

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.plugin_defaults import Defaults
from lanner_coordinator.flow.reading.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the readers of one source share.

    Attributes:
        report: Takes the problems.
        catalog: The types that exist.
        defaults: Merged into tasks and triggers.
        expressions: Checks the expressions.
        task_ids: Every task id seen so far and where.
        opaque_tasks: Ids of tasks whose type is not known, so that nobody can say what outputs and
            children they have.
        subflows: Ids and properties of the tasks that start other flows.
        given_inputs: What triggers give as inputs of the flow.
        idle_tasks: Ids of tasks that never run, with the reason.
    """

    report: Report
    catalog: Catalog
    defaults: Defaults
    expressions: Expressions
    task_ids: dict[str, Node] = field(default_factory=dict)
    opaque_tasks: list[str] = field(default_factory=list)
    subflows: list[tuple[str, MapNode]] = field(default_factory=list)
    given_inputs: list[MapNode] = field(default_factory=list)
    idle_tasks: dict[str, str] = field(default_factory=dict)

    def register_task(self, task_id: str, at: Node) -> None:
        """Remember a task id; one that is taken is reported."""
        first = self.task_ids.setdefault(task_id, at)
        if first is not at:
            self.report.error(
                Code.DUPLICATE_ID,
                f"The task id `{task_id}` is taken by the task in line {first.line}",
                at,
                hint="Ids are unique over all tasks of a flow, those in branches too.",
            )
