"""Tells code from quotes and comments in SQL as PostgreSQL writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of SQL is."""

    CODE = "code"
    TEXT = "text"
    NAME = "quoted name"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of SQL.

    Attributes:
        kind: What it is.
        start: Where it begins.
        end: Where the next one begins.
    """

    kind: Kind
    start: int
    end: int


# A dollar within a name does not begin a quote.
_OPENING = re.compile(r"""--|/\*|'|"|(?<![\w$])\$(?:[^\W\d]\w*)?\$""")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_PLAIN_TEXT_END = re.compile(r"'(?:[^']|'')*(?:'|\Z)")
_ESCAPED_TEXT_END = re.compile(r"'(?:[^'\\]|\\.|'')*(?:'|\Z)", re.DOTALL)
_NAME_END = re.compile(r'"(?:[^"]|"")*(?:"|\Z)')
_ESCAPE_PREFIX = re.compile(r"(?<![\w$])[eE]\Z")


def sql_pieces(sql: str) -> Iterator[Piece]:
    """All pieces, in order and without gaps; what is not closed goes to the end."""
    at = 0
    while opening := _OPENING.search(sql, at):
        start = opening.start()
        if start > at:
            yield Piece(Kind.CODE, at, start)
        kind, at = _closed(sql, opening[0], start)
        yield Piece(kind, start, at)
    if at < len(sql):
        yield Piece(Kind.CODE, at, len(sql))


def _closed(sql: str, opening: str, start: int) -> tuple[Kind, int]:
    """Kind of the piece that opens at `start`, and its end."""
    match opening:
        case "--":
            end = sql.find("\n", start)
            return Kind.COMMENT, len(sql) if end < 0 else end + 1
        case "/*":
            return Kind.COMMENT, _comment_end(sql, start)
        case "'":
            has_escapes = _ESCAPE_PREFIX.search(sql, max(0, start - 2), start)
            ending = _ESCAPED_TEXT_END if has_escapes else _PLAIN_TEXT_END
            return Kind.TEXT, _end_of(ending, sql, start)
        case '"':
            return Kind.NAME, _end_of(_NAME_END, sql, start)
        case _:
            end = sql.find(opening, start + len(opening))
            return Kind.TEXT, len(sql) if end < 0 else end + len(opening)


def _comment_end(sql: str, start: int) -> int:
    """End of a comment, which may hold others."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def _end_of(pattern: re.Pattern[str], sql: str, start: int) -> int:
    matched = pattern.match(sql, start)
    return matched.end() if matched else len(sql)
