"""`priority`: whose attempts get an agent first."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.report import Report

HIGHEST = 100
"""The lowest one is as far below 0."""


def read_priority(node: Node | None, report: Report) -> int | None:
    """The priority of a task or flow; absent where there is none or it is wrong."""
    number = values.integer(node, "`priority`", report)
    if number is None or node is None:
        return None
    if not -HIGHEST <= number <= HIGHEST:
        message = f"`priority` must be from -{HIGHEST} to {HIGHEST}, not {number}"
        report.error(Code.OUT_OF_RANGE, message, node)
        return None
    return number
