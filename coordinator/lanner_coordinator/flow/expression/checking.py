"""Finds what is wrong with a text without rendering it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lanner_coordinator.flow.expression import registry, suggestions, syntax
from lanner_coordinator.flow.expression.arguments import complaint_about_arguments
from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse
from lanner_coordinator.flow.expression.pieces import Piece, pieces_of
from lanner_coordinator.flow.expression.places import line_and_column
from lanner_coordinator.flow.expression.references import References, combined, references_of

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
    return tuple(problem for text in _texts(source) for problem in inspect(text)[0])


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
    problems: list[ExpressionProblem] = []
    found: list[References] = []
    for piece in pieces_of(text):
        faults, references = _inspect_piece(piece.text)
        found.append(references)
        problems.extend(_problem(text, piece, fault) for fault in faults)
    return tuple(problems), combined(found)


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


class _Fault(NamedTuple):
    """Something wrong in a piece of a text.

    Attributes:
        message: What is wrong.
        offset: Where it starts in the piece.
        length: Number of characters it covers.
    """

    message: str
    offset: int
    length: int


@lru_cache(maxsize=8_192)
def _inspect_piece(text: str) -> tuple[tuple[_Fault, ...], References]:
    """Faults and references of a piece; remembered, as `{{ inputs.name }}` stands in many texts."""
    parsed, fault = _parse(text)
    if parsed is None:
        return (fault,) if fault else (), _NOTHING
    return tuple(_unknown_names(parsed)), references_of((parsed.tree,))


def _parse(source: str) -> tuple[syntax.Syntax | None, _Fault | None]:
    try:
        return parse(source, DEFAULT_LIMITS), None
    except ExpressionSyntaxError as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        return None, _Fault(message, error.column, error.length)
    except RecursionError:
        return None, _Fault("The text is nested too deeply", 0, 1)


def _unknown_names(parsed: syntax.Syntax) -> Iterator[_Fault]:
    for mention in parsed.mentions:
        known = _known(mention.kind, parsed)
        if mention.name not in known:
            message = f"Unknown {mention.kind} `{mention.name}`"
            hint = suggestions.hint(mention.name, known)
            hint = hint or _other_kind(mention)
            message = f"{message}; {hint}" if hint else message
            yield _Fault(message, mention.offset, len(mention.name))
        elif mention.name not in parsed.macros:
            complaint = complaint_about_arguments(_KINDS[mention.kind][mention.name], mention)
            if complaint:
                yield _Fault(complaint, mention.offset, len(mention.name))


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


def _problem(source: str, piece: Piece, fault: _Fault) -> ExpressionProblem:
    line, column = line_and_column(source, piece.offset + fault.offset)
    return ExpressionProblem(message=fault.message, line=line, column=column, length=fault.length)
