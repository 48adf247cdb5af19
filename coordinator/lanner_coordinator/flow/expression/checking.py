"""Finds what is wrong with a text without rendering it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lanner_coordinator.flow.expression import registry, suggestions, syntax
from lanner_coordinator.flow.expression.arguments import complaint_about_arguments
from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse
from lanner_coordinator.flow.expression.places import line_and_column
from lanner_coordinator.flow.expression.references import References, references_of

_NOTHING = References()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionProblem:
    """Something wrong with an expression."""

    message: str
    """What is wrong, with the nearest existing name where there is one."""
    line: int
    """Line in the text, counted from 1."""
    column: int
    """Column in the line, counted from 1."""
    length: int
    """Number of characters it covers."""


def check(source: object) -> tuple[ExpressionProblem, ...]:
    """Return every problem of a text: bad syntax, unknown filters, functions and tests.

    Of lists and mappings every text is checked; positions are those inside the text.
    """
    return tuple(problem for text in _texts(source) for problem in _check_text(text))


def inspect_names(text: str) -> tuple[syntax.Mention, ...]:
    """Return the filters, functions and tests that a text names; none where its syntax is bad."""
    if "{" not in text:
        return ()
    parsed, _ = _parse(text)
    return tuple(parsed.mentions) if parsed is not None else ()


def inspect(text: str) -> tuple[tuple[ExpressionProblem, ...], References]:
    """Return the problems of a text and what it reads, for the price of parsing it once."""
    if "{" not in text:
        return (), _NOTHING
    parsed, problem = _parse(text)
    if parsed is None:
        return (problem,) if problem else (), _NOTHING
    return tuple(_unknown_names(text, parsed)), references_of((parsed.tree,))


def _texts(source: object) -> Iterator[str]:
    pending = [source]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            for key, value in reversed(list(item.items())):
                pending.extend((value, key))
        elif isinstance(item, list | tuple):
            pending.extend(reversed(item))


def _check_text(source: str) -> Iterator[ExpressionProblem]:
    if "{" not in source:
        return
    parsed, problem = _parse(source)
    if problem is not None:
        yield problem
    if parsed is not None:
        yield from _unknown_names(source, parsed)


def _parse(source: str) -> tuple[syntax.Syntax | None, ExpressionProblem | None]:
    try:
        return parse(source, DEFAULT_LIMITS), None
    except ExpressionSyntaxError as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        return None, _problem(source, message, error.column, error.length)
    except RecursionError:
        return None, _problem(source, "The text is nested too deeply", 0, 1)


def _unknown_names(source: str, parsed: syntax.Syntax) -> Iterator[ExpressionProblem]:
    for mention in parsed.mentions:
        known = _known(mention.kind, parsed)
        if mention.name not in known:
            message = f"Unknown {mention.kind} `{mention.name}`"
            hint = suggestions.hint(mention.name, known)
            hint = hint or _other_kind(mention)
            message = f"{message}; {hint}" if hint else message
            yield _problem(source, message, mention.offset, len(mention.name))
        elif mention.name not in parsed.macros:
            complaint = complaint_about_arguments(_KINDS[mention.kind][mention.name], mention)
            if complaint:
                yield _problem(source, complaint, mention.offset, len(mention.name))


def _other_kind(mention: syntax.Mention) -> str:
    """That a name is one of another kind; empty: it is none at all."""
    if mention.kind == "function" and mention.name in registry.FILTERS:
        return f"it is a filter: write `… | {mention.name}`"
    if mention.kind == "filter" and mention.name in registry.FUNCTIONS:
        return f"it is a function: write `{mention.name}(…)`"
    return ""


_KINDS: Mapping[str, Mapping[str, registry.Entry]] = {
    "filter": registry.FILTERS,
    "function": registry.FUNCTIONS,
    "test": registry.TESTS,
}


def _known(kind: str, parsed: syntax.Syntax) -> Mapping[str, object]:
    if kind == "function" and parsed.macros:
        return {**registry.FUNCTIONS, **parsed.macros}
    return _KINDS[kind]


def _problem(source: str, message: str, offset: int, length: int) -> ExpressionProblem:
    line, column = line_and_column(source, offset)
    return ExpressionProblem(message=message, line=line, column=column, length=length)
