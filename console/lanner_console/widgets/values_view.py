"""Inputs and outputs: values by name, nested ones below their name, each on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.message import Message

from lanner_console.keymap import VALUES
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import Line, Span
from lanner_console.widgets.row_list import RowList
from lanner_console.widgets.text_fit import fit, shown

MAX_LINES = 5000
NAME_CELLS = 20


class ValueLine(NamedTuple):
    """A value, or the name above several of them."""

    path: str
    """Names down to it, joined by dots."""
    depth: int
    """Levels below the top."""
    name: str
    """Its own name, or its place in a list."""
    value: object
    """As the coordinator gave it."""
    is_title: bool = False
    """Its parts follow below."""


def value_lines(values: Mapping[str, object]) -> list[ValueLine]:
    """Give values line by line, the first few thousand of them."""
    lines: list[ValueLine] = []
    for line in _lines("", 0, values):
        if len(lines) == MAX_LINES:
            lines.append(ValueLine("", 0, "more than can be shown", "", is_title=True))
            break
        lines.append(line)
    return lines


def value_text(value: object) -> str:
    """Write a value: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _lines(path: str, depth: int, values: Mapping[str, object]) -> Iterator[ValueLine]:
    for name, value in values.items():
        here = f"{path}.{name}" if path else name
        parts = _parts(value)
        yield ValueLine(here, depth, name, value, is_title=parts is not None)
        if parts is not None:
            yield from _lines(here, depth + 1, parts)


def _parts(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping) and value:
        return value
    if isinstance(value, list) and value:
        return {str(place): part for place, part in enumerate(value)}
    return None


class ValuesView(RowList[ValueLine]):
    """Values with a cursor, for copying and downloading."""

    BINDINGS: ClassVar[list[BindingType]] = [*VALUES]

    DEFAULT_CSS = """
    ValuesView { padding: 0 1; }
    """

    class CopyAsked(Message):
        """A value is to be copied."""

        def __init__(self, line: ValueLine) -> None:
            super().__init__()
            self.line = line

    class SaveAsked(Message):
        """A value, or the file that it names, is to be saved."""

        def __init__(self, line: ValueLine) -> None:
            super().__init__()
            self.line = line

    def __init__(self, empty_text: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title_text = ""
        self._empty_text = empty_text

    def key_of(self, row: ValueLine) -> str:
        """Give the path of the value."""
        return row.path

    def compose_heading(self) -> Line:
        """Name what is shown, or say that there is nothing."""
        return Line((Span(self._title_text),), Fill.HEADER)

    def compose_line(self, y: int) -> Line:
        """Give the heading, a value, or a remark."""
        if not self.rows and y == 1:
            return Line((Span(self._empty_text, Tone.DIM),))
        return super().compose_line(y)

    def compose_row(self, row: ValueLine, fill: Fill) -> Line:
        """Make the line of a value."""
        indent = "  " * row.depth
        if row.is_title:
            return Line((Span(indent), Span(shown(row.name), Tone.STRONG)), fill)
        room = max(NAME_CELLS - len(indent), len(row.name) + 1)
        text = shown(value_text(row.value))
        return Line(
            (
                Span(indent),
                Span(fit(shown(row.name), room), Tone.KEY),
                Span(fit(text, max(1, self.line_width - len(indent) - room)).rstrip()),
            ),
            fill,
        )

    def show_values(self, title: str, values: Mapping[str, object]) -> None:
        """Show these values under a title."""
        self._title_text = title
        self.show(value_lines(values))

    def action_copy_value(self) -> None:
        """Ask for a copy of the value under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.CopyAsked(self.cursor_row))

    def action_save_value(self) -> None:
        """Ask for the value under the cursor to be saved."""
        if self.cursor_row is not None:
            self.post_message(self.SaveAsked(self.cursor_row))
