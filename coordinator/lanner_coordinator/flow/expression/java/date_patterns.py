"""Patterns of Java's DateTimeFormatter, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lanner_coordinator.flow.expression.errors import ExpressionValueError

_LONGEST_PATTERN = 200
_LETTERS = frozenset("GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZ")
_LONGEST_RUN = 19


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a pattern."""

    letter: str
    """The letter of a field; empty for a literal, `[` for an optional part."""
    count: int = 0
    """How often the letter is written."""
    literal: str = ""
    """The text of a literal."""
    optional: tuple[Piece, ...] = ()
    """The parts between brackets."""


NAMED_PATTERNS = {
    "iso": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "iso_sec": "yyyy-MM-dd'T'HH:mm:ssXXX",
    "sql": "yyyy-MM-dd HH:mm:ss.SSSSSS",
    "sql_seq": "yyyy-MM-dd HH:mm:ss",
    "sql_sec": "yyyy-MM-dd HH:mm:ss",
    "full": "EEEE, MMMM d, yyyy 'at' h:mm:ss a zzzz",
    "long": "MMMM d, yyyy 'at' h:mm:ss a z",
    "medium": "MMM d, yyyy, h:mm:ss a",
    "short": "M/d/yy, h:mm a",
}
"""Patterns with a name; the names `iso_...` of Java have no pattern and are written in code."""


@lru_cache(maxsize=512)
def pieces(pattern: str) -> tuple[Piece, ...]:
    """Take a pattern apart.

    Raises:
        ExpressionValueError: It is no pattern.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise ExpressionValueError(f"A date format is at most {_LONGEST_PATTERN} characters long")
    result, end = _parse(pattern, 0, nested=False)
    if end != len(pattern):
        raise ExpressionValueError(f"Invalid date format '{pattern}': unexpected ]")
    return result


def complaint_about_pattern(pattern: str) -> str:
    """Return what is wrong with a pattern for dates; nothing if it is one."""
    try:
        pieces(pattern)
    except ExpressionValueError as error:
        return error.message
    return ""


def _parse(pattern: str, start: int, *, nested: bool) -> tuple[tuple[Piece, ...], int]:
    result: list[Piece] = []
    index = start
    while index < len(pattern):
        character = pattern[index]
        if character == "]":
            return tuple(result), index
        if character == "[":
            inner, index = _parse(pattern, index + 1, nested=True)
            result.append(Piece("[", optional=inner))
            index += 1
        elif character == "'":
            literal, index = _quoted(pattern, index)
            result.append(Piece("", literal=literal))
        elif character.isascii() and character.isalpha():
            count = len(pattern[index:]) - len(pattern[index:].lstrip(character))
            result.append(_field(pattern, character, count))
            index += count
        else:
            result.append(Piece("", literal=character))
            index += 1
    if nested:
        raise ExpressionValueError(f"Invalid date format '{pattern}': ] is missing")
    return tuple(result), index


def _field(pattern: str, letter: str, count: int) -> Piece:
    if letter not in _LETTERS or count > _LONGEST_RUN:
        raise ExpressionValueError(f"Invalid date format '{pattern}': {letter * min(count, 20)}")
    return Piece(letter, count)


def _quoted(pattern: str, start: int) -> tuple[str, int]:
    if pattern.startswith("''", start):
        return "'", start + 2
    text = ""
    index = start + 1
    while index < len(pattern):
        if pattern.startswith("''", index):
            text += "'"
            index += 2
        elif pattern[index] == "'":
            return text, index + 1
        else:
            text += pattern[index]
            index += 1
    raise ExpressionValueError(f"Invalid date format '{pattern}': a quote is missing")
