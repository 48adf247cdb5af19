"""A short list that is wholly in memory: a cursor that stays on its row, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Size
from textual.message import Message

from lanner_console.tones import Fill
from lanner_console.widgets.line_area import BLANK, Line, LineArea

Row = TypeVar("Row")

HEADER_LINES = 1


class RowList(LineArea, Generic[Row]):
    """Rows below a heading; a subclass says how each looks and which key it has."""

    class CursorMoved(Message):
        """The cursor is on another row, or the list shows another part."""

        def __init__(self, rows: RowList[Any]) -> None:
            super().__init__()
            self.rows = rows

    class Opened(Message):
        """The row under the cursor was opened by enter or a second click."""

        def __init__(self, rows: RowList[Any]) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.cursor_index = 0

    def key_of(self, row: Row) -> str:
        """Give what tells the row from the others."""
        raise NotImplementedError

    def compose_heading(self) -> Line:
        """Make the first line."""
        raise NotImplementedError

    def compose_row(self, row: Row, fill: Fill) -> Line:
        """Make the line of a row."""
        raise NotImplementedError

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its row if that is still there."""
        key = None if self.cursor_row is None else self.key_of(self.cursor_row)
        self.rows = rows
        kept = next((i for i, row in enumerate(rows) if self.key_of(row) == key), None)
        self.cursor_index = min(self.cursor_index, max(0, len(rows) - 1)) if kept is None else kept
        self._fit_size()
        self.repaint()
        if kept is None:
            self.post_message(self.CursorMoved(self))

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None: there are none."""
        return self.rows[self.cursor_index] if self.cursor_index < len(self.rows) else None

    def compose_line(self, y: int) -> Line:
        """Give the heading or a row."""
        if y < HEADER_LINES:
            return self.compose_heading()
        index = self.top + y - HEADER_LINES
        if index >= len(self.rows):
            return BLANK
        fill = Fill.NONE
        if index == self.cursor_index:
            fill = Fill.CURSOR if self.has_focus else Fill.CURSOR_BLURRED
        return self.compose_row(self.rows[index], fill)

    def move_to(self, index: int) -> None:
        """Put the cursor on the row at the index, or the nearest there is."""
        self.cursor_index = max(0, min(index, len(self.rows) - 1))
        visible = max(1, self.line_count - HEADER_LINES)
        if self.cursor_index < self.top:
            self.scroll_to(y=self.cursor_index, animate=False, force=True)
        elif self.cursor_index >= self.top + visible:
            self.scroll_to(y=self.cursor_index - visible + 1, animate=False, force=True)
        self.repaint()
        self.post_message(self.CursorMoved(self))

    def action_cursor_down(self) -> None:
        """Go to the next row."""
        self.move_to(self.cursor_index + 1)

    def action_cursor_up(self) -> None:
        """Go to the previous row."""
        self.move_to(self.cursor_index - 1)

    def action_page_down(self) -> None:
        """Go a page down."""
        self.move_to(self.cursor_index + max(1, self.line_count - HEADER_LINES - 1))

    def action_page_up(self) -> None:
        """Go a page up."""
        self.move_to(self.cursor_index - max(1, self.line_count - HEADER_LINES - 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self.move_to(len(self.rows) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.Opened(self))

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked row; a second click opens it."""
        index = self.top + event.y - HEADER_LINES
        if event.y >= HEADER_LINES and index < len(self.rows):
            self.move_to(index)
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.repaint()

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self.repaint()

    def on_resize(self) -> None:
        """Fit the scroll bar."""
        super().on_resize()
        self._fit_size()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell what moves along."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.CursorMoved(self))

    def _fit_size(self) -> None:
        size = Size(self.line_width, len(self.rows) + HEADER_LINES)
        if self.virtual_size != size:
            self.virtual_size = size
