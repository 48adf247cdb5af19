"""Binds `:name` parameters: their values go to the server apart from the statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.tasks.postgresql.sql_pieces import Kind, sql_pieces
from lanner_agent.tasks.postgresql.statements import Statement

# `a::int` is a cast, and `a[1:n]` means `n` only where there is no parameter of that name.
_PARAMETER = re.compile(r"(?<![:\w]):([^\W\d]\w*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundStatement:
    """A statement as the server gets it.

    Attributes:
        text: The statement with `$1`, `$2` … for parameters.
        values: Their values.
        start: Where the statement begins in the whole SQL.
        shifts: For each replaced parameter, where its replacement ends in `text`, and how much
            longer the parameter was.
    """

    text: str
    values: Sequence[object]
    start: int
    shifts: Sequence[tuple[int, int]] = ()

    def place_of(self, position: int) -> int:
        """Place in the whole SQL of a place in `text`."""
        longer = sum(length for end, length in self.shifts if end <= position)
        return self.start + position + longer


def bind(statement: Statement, parameters: Mapping[str, object]) -> BoundStatement:
    """Replace the parameters that are given; other colons stay as they are."""
    if not parameters:
        return BoundStatement(text=statement.text, values=(), start=statement.start)
    binder = _Binder(parameters)
    for piece in sql_pieces(statement.text):
        text = statement.text[piece.start : piece.end]
        binder.add(_PARAMETER.sub(binder.replace, text) if piece.kind is Kind.CODE else text)
    return BoundStatement(
        text="".join(binder.written),
        values=binder.values,
        start=statement.start,
        shifts=binder.shifts,
    )


class _Binder:
    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._parameters = parameters
        self._numbers: dict[str, int] = {}
        self._length = 0
        self._shorter = 0
        self.written: list[str] = []
        self.values: list[object] = []
        self.shifts: list[tuple[int, int]] = []

    def add(self, text: str) -> None:
        self.written.append(text)
        self._length += len(text)
        self._shorter = 0

    def replace(self, found: re.Match[str]) -> str:
        name = found[1]
        if name not in self._parameters:
            return found[0]
        if name not in self._numbers:
            self.values.append(self._parameters[name])
            self._numbers[name] = len(self.values)
        replacement = f"${self._numbers[name]}"
        longer = len(found[0]) - len(replacement)
        end = self._length + found.end() - self._shorter - longer
        self._shorter += longer
        self.shifts.append((end, longer))
        return replacement
