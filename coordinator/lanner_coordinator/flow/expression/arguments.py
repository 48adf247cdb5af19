"""Checks the arguments of filters, functions and tests that are written out in a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jinja2 import nodes

from lanner_coordinator.flow.expression import registry, syntax
from lanner_coordinator.flow.expression.errors import ExpressionError, ExpressionValueError
from lanner_coordinator.flow.expression.java.date_patterns import complaint_about_pattern
from lanner_coordinator.flow.expression.java.regexes import complaint_about_regular_expression


def complaint_about_arguments(entry: registry.Entry, mention: syntax.Mention) -> str:
    """What is wrong with the arguments; empty: nothing that can be seen."""
    try:
        registry.bind(entry, tuple(mention.positional), mention.named)
    except ExpressionValueError as error:
        return error.message
    for (kind, name, parameter), check in _LITERALS.items():
        if (kind, name) == (entry.kind, entry.name):
            given = _argument(entry, mention, parameter)
            if isinstance(given, nodes.Const) and isinstance(given.value, str):
                return check(given.value)
    return ""


def _argument(entry: registry.Entry, mention: syntax.Mention, parameter: str) -> nodes.Expr | None:
    place = entry.parameters.index(parameter)
    if place < len(mention.positional):
        return mention.positional[place]
    return mention.named.get(parameter)


def _jq(text: str) -> str:
    # Loaded with the first program, as by the filter itself.
    from lanner_coordinator.flow.expression.jq.program import parse_program

    try:
        parse_program(text)
    except ExpressionError as error:
        return error.message
    return ""


_LITERALS: Mapping[tuple[str, str, str], Callable[[str], str]] = MappingProxyType(
    {
        ("filter", "date", "format"): complaint_about_pattern,
        ("filter", "dateAdd", "format"): complaint_about_pattern,
        ("function", "now", "format"): complaint_about_pattern,
        ("filter", "regexMatch", "regex"): complaint_about_regular_expression,
        ("filter", "regexReplace", "regex"): complaint_about_regular_expression,
        ("filter", "regexExtract", "regex"): complaint_about_regular_expression,
        ("filter", "split", "delimiter"): complaint_about_regular_expression,
        ("filter", "jq", "expression"): _jq,
    }
)
"""What is checked of texts that are written out: kind, name and parameter."""
