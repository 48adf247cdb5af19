"""`taskCache`: that the result of a task is kept and used again."""

from __future__ import annotations

from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.policies import ResultCache
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_map
from lanner_coordinator.flow.reading.own_work import has_effect
from lanner_coordinator.flow.reading.report import Report

KEY = "taskCache"
"""Of a task."""

_FIELDS = FieldTable("A task cache", (Field(name="enabled", is_required=True), Field(name="ttl")))


def read_result_cache(
    node: Node | None, kind: TaskKind, own: MapNode, report: Report
) -> ResultCache | None:
    """The cache of a task; absent where there is none, it is off or the task has no use for it."""
    holder = as_map(node, f"`{KEY}`", report) if node is not None else None
    if holder is None:
        return None
    taken = _FIELDS.take(holder, report)
    is_enabled = values.boolean(taken.get("enabled"), "`enabled`", report)
    ttl = values.duration(taken.get("ttl"), "`ttl`", report, Sign.POSITIVE)
    if not is_enabled or not has_effect(KEY, kind, own, report):
        return None
    return ResultCache(ttl=ttl)
