"""Where in a text something is."""

from __future__ import annotations

from lanner_coordinator.flow.expression.errors import ExpressionError

_WHOLE_TEXT = 200
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both counted from 1."""
    line_start = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - line_start + 1


def locate(error: ExpressionError, source: str, offset: int) -> None:
    """Give an error the place it is about, unless it has one already."""
    if error.line:
        return
    offset = min(max(offset, 0), len(source))
    error.line, error.column = line_and_column(source, offset)
    error.excerpt = _excerpt(source, offset)


def _excerpt(source: str, offset: int) -> str:
    """Return the whole text if it is short, else the tag around the place."""
    if len(source) <= _WHOLE_TEXT:
        return source
    start = max(source.rfind(opening, 0, offset + 2) for opening in _CLOSING)
    start = max(start, offset - _WHOLE_TEXT, 0)
    end = source.find(_CLOSING.get(source[start : start + 2], "}}"), offset)
    end = len(source) if end < 0 else end + 2
    return source[start : min(end, start + _WHOLE_TEXT)]
