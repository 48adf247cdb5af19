"""A table of any length: it holds a few pages, and a key press costs the same at ten million rows.

The rows come from a `RowSource`, 256 at a time, one request at a time, those on the screen first.
The cursor stays on its row, by key, when rows arrive above it. Marks are by key too, or "all but".
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events
from textual.binding import BindingType

from lanner_console.keymap import TABLE
from lanner_console.widgets.columns import GAP_CELLS
from lanner_console.widgets.row_marks import RowMarks
from lanner_console.widgets.table_view import HEADER_LINES, PREFIX_CELLS, TableView

Row = TypeVar("Row")


class VirtualTable(TableView[Row]):
    """A table with its keys, its marks and the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [*TABLE]

    @property
    def _page(self) -> int:
        return max(1, self.line_count - HEADER_LINES - 1)

    def action_cursor_down(self) -> None:
        """Go to the next row."""
        self.move_to(self.cursor_index + 1)

    def action_cursor_up(self) -> None:
        """Go to the previous row."""
        self.move_to(self.cursor_index - 1)

    def action_page_down(self) -> None:
        """Go a page down."""
        self.move_to(self.cursor_index + self._page)

    def action_page_up(self) -> None:
        """Go a page up."""
        self.move_to(self.cursor_index - self._page)

    def action_half_page_down(self) -> None:
        """Go half a page down."""
        self.move_to(self.cursor_index + self._page // 2)

    def action_half_page_up(self) -> None:
        """Go half a page up."""
        self.move_to(self.cursor_index - self._page // 2)

    def action_first(self) -> None:
        """Go to the first row, and stay on whichever comes to be the first."""
        self.move_to(0)
        self._is_home = True

    def action_last(self) -> None:
        """Go to the last row."""
        self.move_to(self.pages.total_count - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.Opened(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no marks where nothing can be done with them."""
        return self.has_marks or not action.startswith("mark")

    # ── marking ────────────────────────────────────────────────────────────────────────────────

    def action_mark(self) -> None:
        """Turn the mark of the row over and go down."""
        if self.cursor_key is not None:
            self._mark(self.marks.toggled(self.cursor_key))
            self.move_to(self.cursor_index + 1)

    def action_mark_range(self) -> None:
        """Begin a range of marks here, or end it."""
        if self._range_anchor is None:
            self._range_anchor = self.cursor_index
            self._mark_between(self.cursor_index, self.cursor_index)
        else:
            self._range_anchor = None

    def action_mark_down(self) -> None:
        """Mark this row and the next one."""
        self.move_to(self.cursor_index + 1, extend_marks=True)

    def action_mark_up(self) -> None:
        """Mark this row and the previous one."""
        self.move_to(self.cursor_index - 1, extend_marks=True)

    def action_mark_all(self) -> None:
        """Mark every row that the source has, or none where all are marked."""
        is_full = self.marks.is_all and not self.marks.keys
        self._mark(RowMarks(is_all=not is_full))

    # ── mouse ──────────────────────────────────────────────────────────────────────────────────

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked row, mark it by its edge, open it by a second click."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER_LINES:
            self._sort_at(offset.x)
            return
        index = self.top + offset.y - HEADER_LINES
        if index >= self.pages.total_count:
            return
        self.move_to(index)
        if self.has_marks and offset.x < PREFIX_CELLS and self.cursor_key is not None:
            self._mark(self.marks.toggled(self.cursor_key))
        elif event.chain == 2:
            self.action_open()

    def _sort_at(self, x: int) -> None:
        edge = PREFIX_CELLS
        for placed in self._placed:
            edge += placed.width + GAP_CELLS
            if x < edge:
                self.post_message(self.SortAsked(self, placed.column.id))
                return
