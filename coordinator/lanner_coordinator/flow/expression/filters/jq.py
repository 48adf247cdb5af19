"""The filter `jq`."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import text_of
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.printing import json_text
from lanner_coordinator.flow.expression.registry import filter_

_LONGEST_PROGRAM = 10_000
_MOST_RESULTS = 100_000


@filter_("jq", parameters="expression", context=True)
def jq(context: RenderContext, value: object, expression: object) -> list[object]:
    """Run a jq program on a value, or on the JSON in a text; always gives a list of results."""
    program = text_of(expression, "The expression")
    text = value if isinstance(value, str) else json_text(value, context.budget)
    compiled = _compiled(program)
    results: list[object] = []
    try:
        for result in compiled.input_text(text):
            results.append(result)
            context.budget.spend()
            context.budget.check_items(len(results))
    except ValueError as error:
        raise ExpressionValueError(
            f"Failed to resolve JQ expression '{program[:200]}': {str(error)[:200]}"
        ) from error
    return results


@lru_cache(maxsize=256)
def _compiled(program: str) -> Any:
    if len(program) > _LONGEST_PROGRAM:
        raise ExpressionLimitError(f"A jq program is at most {_LONGEST_PROGRAM} characters long")
    try:
        library: Any = importlib.import_module("jq")
    except ImportError as error:
        raise ExpressionValueError(
            "The filter 'jq' needs the Python package jq, which has no build for this machine"
        ) from error
    try:
        return library.compile(program)
    except ValueError as error:
        raise ExpressionValueError(
            f"Unable to parse the jq expression '{program[:200]}': {str(error)[:200]}"
        ) from error
