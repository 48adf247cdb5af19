"""Functions that make and compare values."""

from __future__ import annotations

from lanner_coordinator.flow.expression import operators
from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import whole_of
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.printing import json_text
from lanner_coordinator.flow.expression.registry import function
from lanner_coordinator.flow.expression.values import is_number

_ARGUMENTS = "Arguments of range function must be of type Number or String with a length of 1"


@function("range", parameters="start end increment", context=True)
def range_(
    context: RenderContext, start: object = None, end: object = None, increment: object = 1
) -> list[object]:
    """Return the numbers, or characters, from one to another, both included."""
    step = 1 if increment is None else whole_of(increment, "The increment of the range function")
    if step == 0:
        raise ExpressionValueError("The increment of the range function must be different than 0")
    if isinstance(start, str) and isinstance(end, str) and len(start) == len(end) == 1:
        span = _span(context, ord(start), ord(end), step)
        return [chr(code) for code in span]
    if not is_number(start) or not is_number(end):
        raise ExpressionValueError(_ARGUMENTS)
    return list(_span(context, whole_of(start, "The start"), whole_of(end, "The end"), step))


def _span(context: RenderContext, start: int, end: int, step: int) -> range:
    span = range(start, end + (1 if step > 0 else -1), step)
    most = context.budget.limits.range_items
    try:
        size = len(span)
    except OverflowError:
        size = most + 1
    if size > most:
        raise ExpressionLimitError(
            f"The range function cannot produce more than {most} elements, "
            "but this call would produce more"
        )
    context.budget.spend(size // 16)
    return span


@function("max")
def largest(*values: object) -> object:
    """Return the largest of the values."""
    return _extreme(values, 1)


@function("min")
def smallest(*values: object) -> object:
    """Return the smallest of the values."""
    return _extreme(values, -1)


def _extreme(values: tuple[object, ...], wanted: int) -> object:
    found: object = None
    for value in values:
        if found is None or operators.compare(value, found) == wanted:
            found = value
    return found


@function("env", parameters="name default", context=True)
def env(context: RenderContext, name: object, default: object = None) -> object:
    """Return an environment variable of the server, or a default where there is none."""
    envs = context.find("envs")
    value = envs.get(name) if isinstance(envs, dict) and isinstance(name, str) else None
    return default if value is None or value == "" else value


@function("printContext", context=True)
def print_context(context: RenderContext) -> str:
    """Return everything that can be seen, as JSON; for looking for mistakes."""
    return json_text(context.visible(), context.budget)


@function("fetchContext", context=True)
def fetch_context(context: RenderContext) -> object:
    """Return everything that can be seen, as a map."""
    return context.visible()
