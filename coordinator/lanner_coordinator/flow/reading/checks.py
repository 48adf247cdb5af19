"""`checks`: what must hold before an execution of a flow begins."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.policies import Check, CheckBehavior, CheckStyle
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.report import Report

TABLE = FieldTable(
    "A check",
    (
        Field(name="condition", is_required=True, also=("when",)),
        Field(name="message", is_required=True),
        Field(name="style"),
        Field(name="behavior"),
    ),
)


def read_checks(node: Node | None, report: Report, expressions: Expressions) -> Sequence[Check]:
    """The checks of a flow, without those that are wrong."""
    if node is None:
        return ()
    checks = [_read(item, report, expressions) for item in as_items(node, "`checks`", report)]
    return tuple(check for check in checks if check is not None)


def _read(node: Node, report: Report, expressions: Expressions) -> Check | None:
    holder = as_map(node, "A check", report)
    if holder is None:
        return None
    taken = TABLE.take(holder, report)
    for name in ("condition", "message"):
        expressions.check(taken.get(name), "")
    condition = values.text(taken.get("condition"), "`condition`", report)
    message = values.text(taken.get("message"), "`message`", report)
    style, behavior = CheckStyle.INFO, CheckBehavior.BLOCK_EXECUTION
    if "style" in taken:
        style = values.choice(taken["style"], "`style`", report, CheckStyle) or style
    if "behavior" in taken:
        behavior = values.choice(taken["behavior"], "`behavior`", report, CheckBehavior) or behavior
    if condition is None or message is None:
        return None
    return Check(condition=condition, message=message, style=style, behavior=behavior)
