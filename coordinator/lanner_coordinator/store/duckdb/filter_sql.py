"""Compiles filters to conditions of SQL with bound parameters; true or false, never unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from lanner_coordinator.store.duckdb.rows import naive
from lanner_coordinator.store.filter.glob import Glob, Wildcard, fold
from lanner_coordinator.store.filter.tree import (
    AllOf,
    AnyOf,
    Condition,
    Contains,
    DateCompares,
    DurationCompares,
    ExecutionFilter,
    LabelMatches,
    Not,
    NumberCompares,
    PatternMatches,
    StateIs,
    TextField,
    TextMatches,
)

Sql: TypeAlias = tuple[str, list[object]]
"""A part of a statement, and the parameters for its question marks."""

_LIKE = {Wildcard.ANY: "%", Wildcard.ONE: "_"}


def compile_filter(where: ExecutionFilter) -> Sql:
    """What to write behind WHERE, for the columns of `execution`."""
    if not where.conditions:
        return "true", []
    return _joined(where.conditions, " AND ")


def like_pattern(glob: Glob) -> str:
    r"""A glob as a pattern of LIKE with `\` as its escape."""
    return "".join(
        _LIKE[part] if isinstance(part, Wildcard) else escaped(part) for part in glob.parts
    )


def escaped(text: str) -> str:
    r"""A text that stands for itself in a pattern of LIKE with `\` as its escape."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _compile(condition: Condition) -> Sql:
    match condition:
        case Not():
            text, parameters = _compile(condition.condition)
            return f"(NOT {text})", parameters
        case AnyOf():
            return _joined(condition.conditions, " OR ")
        case AllOf():
            return _joined(condition.conditions, " AND ")
        case StateIs():
            return "(state = ?)", [condition.state.value]
        case NumberCompares() | DateCompares() | DurationCompares():
            return _compile_comparison(condition)
        case TextMatches() | Contains() | PatternMatches() | LabelMatches():
            return _compile_text(condition)
        case _:
            assert_never(condition)


def _compile_comparison(condition: NumberCompares | DateCompares | DurationCompares) -> Sql:
    operator = condition.comparison.value
    match condition:
        case NumberCompares():
            return f"({condition.field.value} {operator} ?)", [condition.value]
        case DateCompares():
            text = f"{condition.field.value} {operator} CAST(? AS TIMESTAMP)"
            return f"(coalesce({text}, false))", [naive(condition.at)]
        case DurationCompares():
            # Archived executions have ended; what never started has no duration.
            microseconds = round(condition.duration.total_seconds() * 1_000_000)
            taken = "date_diff('microsecond', started_at, ended_at)"
            return f"(coalesce({taken} {operator} ?, false))", [microseconds]
        case _:
            assert_never(condition)


def _compile_text(condition: TextMatches | Contains | PatternMatches | LabelMatches) -> Sql:
    match condition:
        case TextMatches():
            return _matching(condition.field.value, condition.glob)
        case Contains():
            parts = [_containing(field, condition.glob) for field in condition.fields]
            return _join(parts, " OR ")
        case PatternMatches():
            return f"(regexp_matches({condition.field.value}, ?))", [condition.pattern.text]
        case LabelMatches():
            text, parameters = _matching("labels[?]", condition.glob)
            return f"(coalesce({text}, false))", [condition.name, *parameters]
        case _:
            assert_never(condition)


def _matching(column: str, glob: Glob) -> Sql:
    """The whole text of a column matches."""
    match glob.parts:
        case () | (str(),):
            return f"({column} = ?)", [glob.text]
        # DuckDB is several times faster at these than at LIKE.
        case (str(text), Wildcard.ANY):
            return f"starts_with({column}, ?)", [text]
        case (Wildcard.ANY, str(text), Wildcard.ANY):
            return f"contains({column}, ?)", [text]
    return f"({column} LIKE ? ESCAPE '\\')", [like_pattern(glob)]


def _containing(field: TextField, glob: Glob) -> Sql:
    """A part of a column's text matches, whatever its case."""
    folded = Glob(parts=tuple(fold(part) if isinstance(part, str) else part for part in glob.parts))
    if glob.is_literal:
        return f"contains(lower({field.value}), ?)", [folded.text]
    return f"(lower({field.value}) LIKE ? ESCAPE '\\')", [f"%{like_pattern(folded)}%"]


def _joined(conditions: Iterable[Condition], word: str) -> Sql:
    return _join([_compile(condition) for condition in conditions], word)


def _join(parts: list[Sql], word: str) -> Sql:
    text = word.join(part for part, _ in parts)
    return f"({text})", [parameter for _, parameters in parts for parameter in parameters]
