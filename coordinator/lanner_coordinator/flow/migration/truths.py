"""Whether an expression always gives true or false, so that it may stand beside `and` and `or`."""

from __future__ import annotations

from jinja2 import nodes

from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionSyntaxError
from lanner_coordinator.flow.expression.parser import parse
from lanner_coordinator.flow.expression.syntax import method_of

_METHODS = frozenset(
    {
        "negate", "some", "every", "contains", "is_in", "is_not_in", "equals", "differs",
        "greater", "less", "greater_or_equal", "less_or_equal", "passes", "fails",
    }
)  # fmt: skip
_NAMED = frozenset(
    {
        "isWeekend", "isPublicHoliday", "isDayWeekInMonth", "isLastWorkingDay", "isDateAfter",
        "isDateBefore", "isDateBetween", "startsWith", "endsWith", "regexMatch",
    }
)  # fmt: skip
"""Functions and filters that answer a question."""


def gives_a_boolean(text: str) -> bool:
    """Whether a text is one expression, whose value is true or false if it has one."""
    try:
        body = parse(text.strip(), DEFAULT_LIMITS).tree.body
    except ExpressionSyntaxError:
        return False
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        return False
    return _is_boolean(body[0].nodes[0])


def _is_boolean(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Const):
        return isinstance(node.value, bool)
    method = method_of(node)
    if method in _METHODS:
        return True
    if method in ("function", "filter") and isinstance(node, nodes.Call):
        name = node.args[1]
        return isinstance(name, nodes.Const) and name.value in _NAMED
    return False
