"""`concurrency`: how many executions of the flow may run at once."""

from __future__ import annotations

from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.policies import Concurrency, LimitBehavior
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_map
from lanner_coordinator.flow.reading.report import Report

_FIELDS = FieldTable(
    "A concurrency limit", (Field(name="limit", is_required=True), Field(name="behavior"))
)


def read_concurrency(node: Node | None, report: Report) -> Concurrency | None:
    """The limit of a flow; absent where there is none or it is wrong."""
    holder = as_map(node, "`concurrency`", report) if node is not None else None
    if holder is None:
        return None
    taken = _FIELDS.take(holder, report)
    limit = values.integer(taken.get("limit"), "`limit`", report, at_least=1)
    behavior = values.choice(taken.get("behavior"), "`behavior`", report, LimitBehavior)
    if limit is None:
        return None
    return Concurrency(limit=limit, behavior=behavior or LimitBehavior.QUEUE)
