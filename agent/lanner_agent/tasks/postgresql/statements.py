"""Splits SQL into its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lanner_agent.tasks.postgresql.sql_pieces import Kind, sql_pieces

_TOKEN = re.compile(r"[^\W\d]\w*|[();]")

_BODY_MAKERS = frozenset({"function", "procedure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        text: The statement without its semicolon and the space around it.
        start: Where it begins in the whole SQL.
    """

    text: str
    start: int

    @property
    def words(self) -> Iterator[str]:
        """Its bare words in lower case, without quoted ones."""
        return (token.lower() for token, _ in _tokens(self.text) if token[0] not in "();")

    @property
    def verb(self) -> str:
        """Its first word."""
        return next(self.words, "")


def split_statements(sql: str) -> list[Statement]:
    """The statements of `sql`; empty ones and mere comments are left out."""
    cuts = [*_cuts(sql), len(sql)]
    statements = []
    start = 0
    for cut in cuts:
        statement = _stripped(sql, start, cut)
        if statement is not None:
            statements.append(statement)
        start = cut + 1
    return statements


def line_and_column(sql: str, position: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    before = sql[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _stripped(sql: str, start: int, end: int) -> Statement | None:
    """The statement between two places; absent when there is none."""
    text = sql[start:end]
    pieces = list(sql_pieces(text))
    begin = 0
    for piece in pieces:
        code = text[piece.start : piece.end]
        if piece.kind is not Kind.COMMENT and code.strip():
            begin = piece.start + len(code) - len(code.lstrip())
            return Statement(text=text[begin:].rstrip(), start=start + begin)
    return None


def _cuts(sql: str) -> Iterator[int]:
    """Places of the semicolons that end statements."""
    depth = 0
    body = _Body()
    for token, at in _tokens(sql):
        if token == "(":
            depth += 1
        elif token == ")":
            depth = max(0, depth - 1)
        elif token != ";":
            body.take(token.lower())
        elif depth == 0 and not body.is_open:
            body = _Body()
            yield at


class _Body:
    """Whether a statement is within the body of a function, `BEGIN ATOMIC … END`."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._depth = 0

    @property
    def is_open(self) -> bool:
        return self._depth > 0

    def take(self, word: str) -> None:
        if len(self._words) < 4:
            self._words.append(word)
        if self._words[0] != "create" or not _BODY_MAKERS.intersection(self._words):
            return
        if word in ("begin", "case"):
            self._depth += 1
        elif word == "end" and self._depth:
            self._depth -= 1


def _tokens(sql: str) -> Iterator[tuple[str, int]]:
    for piece in sql_pieces(sql):
        if piece.kind is Kind.CODE:
            for found in _TOKEN.finditer(sql, piece.start, piece.end):
                yield found[0], found.start()
