"""What a trigger that agents look for has besides the properties of its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.types.polling import DEFAULT_INTERVAL, INTERVAL

_PLACES = ("agentLabels", "workerGroup", "workerSelector")
"""Keys that choose an agent."""


def check_polling(properties: MapNode, context: Context) -> None:
    """Check the interval, which is no expression, and the expressions in all else."""
    node = properties.entries.get(INTERVAL)
    if node is not None and values.is_expression(node):
        message = f"`{INTERVAL}` takes no expression: it counts before anything is rendered"
        hint = f"Write a duration such as `{DEFAULT_INTERVAL}`."
        context.report.error(Code.BAD_DURATION, message, node, hint=hint)
    elif node is not None and values.duration(node, "", Report()) == timedelta():
        # All else that is wrong with it is found with the other properties.
        values.duration(node, f"`{INTERVAL}`", context.report, Sign.POSITIVE)
    for name, one in properties.entries.items():
        if name != INTERVAL:
            context.expressions.check(one, is_in_trigger=True, part="trigger")


def refuse_places(
    taken: Mapping[str, Node], holder: MapNode, report: Report, *, is_polling: bool
) -> None:
    """Report keys that choose an agent where none is needed, and the one that is not known."""
    for name in _PLACES:
        if name not in taken:
            continue
        at = holder.keys[name]
        if not is_polling:
            message = f"`{name}` has no effect: the coordinator evaluates this trigger"
            report.warn(Code.NO_EFFECT, message, at)
        elif name == "workerSelector":
            message = f"`{name}` is not supported yet by this version: use `agentLabels`"
            report.error(Code.NOT_SUPPORTED, message, at)
