"""The filter `jq`."""

from __future__ import annotations

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import text_of
from lanner_coordinator.flow.expression.printing import json_text
from lanner_coordinator.flow.expression.registry import filter_


@filter_("jq", parameters="expression", context=True)
def jq(context: RenderContext, value: object, expression: object) -> list[object]:
    """Run a jq program on a value, or on the JSON in a text; always gives a list of results."""
    # Loaded with the first program: jq is a language of its own, and few flows use it.
    from lanner_coordinator.flow.expression.jq.program import run_program

    program = text_of(expression, "The expression")
    text = value if isinstance(value, str) else json_text(value, context.budget)
    results: list[object] = []
    for result in run_program(program, text, context.budget):
        results.append(result)
        context.budget.check_items(len(results))
    return results
