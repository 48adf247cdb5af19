"""What a table shows: the rows of a source in columns, with a cursor that stays on its row.

`VirtualTable` adds the keys, the marks and the mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer

from lanner_console.glyphs import UNICODE, Glyphs
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.columns import GAP_CELLS, Column, PlacedColumn, place_columns
from lanner_console.widgets.line_area import BLANK, Line, LineArea, Span
from lanner_console.widgets.row_feed import RowFeed
from lanner_console.widgets.row_marks import RowMarks
from lanner_console.widgets.row_pages import RowPages, RowSource
from lanner_console.widgets.text_fit import fit

Row = TypeVar("Row")

HEADER_LINES = 1
PREFIX_CELLS = 3
RELOAD_SECONDS = 0.5


class TableView(LineArea, Generic[Row]):
    """Rows of a source in columns, with a cursor and marks."""

    class CursorMoved(Message):
        """The cursor is on another row, or its row has changed."""

        def __init__(self, table: TableView[Any]) -> None:
            super().__init__()
            self.table = table

    class Opened(Message):
        """The row under the cursor was opened by enter or a second click."""

        def __init__(self, table: TableView[Any]) -> None:
            super().__init__()
            self.table = table

    class Counted(Message):
        """The number of rows or of marks is another one."""

        def __init__(self, table: TableView[Any]) -> None:
            super().__init__()
            self.table = table

    class SortAsked(Message):
        """The heading of a column was clicked."""

        def __init__(self, table: TableView[Any], column_id: str) -> None:
            super().__init__()
            self.table = table
            self.column_id = column_id

    class FetchFailed(Message):
        """The source raised; the table keeps the rows it has."""

        def __init__(self, table: TableView[Any], error: Exception) -> None:
            super().__init__()
            self.table = table
            self.error = error

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key_of: Callable[[Row], Hashable],
        *,
        glyphs: Glyphs = UNICODE,
        empty_text: str = "",
        has_marks: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.feed: RowFeed[Row] = RowFeed(key_of, self._visible_rows, self._taken)
        self.marks = RowMarks()
        self.cursor_index = 0
        self.cursor_key: Hashable | None = None
        self.empty_text = empty_text
        self.has_marks = has_marks
        self.sorted_by = ""
        self._columns = columns
        self._key_of = key_of
        self._glyphs = glyphs
        self._placed: tuple[PlacedColumn[Row], ...] = ()
        self._range_anchor: int | None = None
        self._is_home = True  # on the first row, whichever that is, until it is moved
        self._reload_timer: Timer | None = None

    # ── what it shows ──────────────────────────────────────────────────────────────────────────

    def show(self, source: RowSource[Row], *, keep_place: bool = False) -> None:
        """Show the rows of a source; marks go, and so does the place unless it is to be kept."""
        self.feed.switch(source)
        self.marks = RowMarks()
        self._range_anchor = None
        if not keep_place:
            self._is_home = True
            self.cursor_index, self.cursor_key = 0, None
            self.scroll_to(y=0, animate=False, force=True)
        self.repaint()
        self._fetch_missing()

    def reload(self) -> None:
        """Fetch the rows on the screen again; until they come the old ones stay."""
        self._reload_timer = None
        self.feed.expire()
        self._fetch_missing()

    def reload_soon(self) -> None:
        """Reload within half a second; further calls until then cost nothing."""
        if self._reload_timer is None:
            self._reload_timer = self.set_timer(RELOAD_SECONDS, self.reload)

    def update_rows(self, rows: Sequence[Row]) -> int:
        """Show newer states of rows, repainting those on the screen; gives how many are unknown."""
        unknown_count = sum(not self.pages.replace(row) for row in rows)
        self.repaint()
        if any(self._key_of(row) == self.cursor_key for row in rows):
            self._tell_cursor()
        return unknown_count

    @property
    def pages(self) -> RowPages[Row]:
        """The rows in memory."""
        return self.feed.pages

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None: there is none or it is not fetched yet."""
        return self.pages.row(self.cursor_index)

    @property
    def marked_count(self) -> int:
        """How many rows are marked."""
        return self.marks.count(self.pages.total_count)

    def clear_marks(self) -> None:
        """Unmark every row."""
        self._mark(RowMarks())
        self._range_anchor = None

    def restore_marks(self, marks: RowMarks) -> None:
        """Mark these rows and no others."""
        self._mark(marks)

    def sort_shown(self, column_id: str, *, descending: bool) -> None:
        """Show in the heading by what the rows are sorted."""
        self.sorted_by = f"-{column_id}" if descending else column_id
        self.repaint()

    # ── lines ──────────────────────────────────────────────────────────────────────────────────

    def compose_line(self, y: int) -> Line:
        """Say what a line holds: the heading, a row, or why there is none."""
        if y < HEADER_LINES:
            return self._heading()
        index = self.top + y - HEADER_LINES
        if index >= self.pages.total_count:
            return self._note(y)
        row = self.pages.row(index)
        if row is None:
            return Line((Span(f"   {self._glyphs.separator}", Tone.DIM),), self._fill(index, None))
        key = self._key_of(row)
        is_cursor = index == self.cursor_index
        pointer = self._glyphs.pointer if is_cursor else " "
        mark = self._glyphs.mark if key in self.marks else " "
        gap = " " * GAP_CELLS
        spans = [Span(pointer, Tone.KEY), Span(f"{mark} ", Tone.WARN)]
        for placed in self._placed:
            text, tone = placed.column.show(row)
            fitted = fit(text, placed.width, align_right=placed.column.align_right)
            spans.append(Span(fitted + gap, tone))
        return Line(tuple(spans), self._fill(index, key))

    def _heading(self) -> Line:
        spans = [Span(" " * PREFIX_CELLS)]
        for placed in self._placed:
            column = placed.column
            title = column.title
            if self.sorted_by.lstrip("-") == column.id:
                down = self.sorted_by.startswith("-")
                title += self._glyphs.descending if down else self._glyphs.ascending
            fitted = fit(title, placed.width, align_right=column.align_right)
            spans.append(Span(fitted + " " * GAP_CELLS))
        return Line(tuple(spans), Fill.HEADER)

    def _note(self, y: int) -> Line:
        if self.pages.total_count or y != HEADER_LINES + 1:
            return BLANK
        text = self.empty_text if self.pages.is_fresh(0) else "loading"
        return Line((Span("   "), Span(text, Tone.DIM)))

    def _fill(self, index: int, key: Hashable | None) -> Fill:
        if index == self.cursor_index:
            return Fill.CURSOR if self.has_focus else Fill.CURSOR_BLURRED
        return Fill.MARKED if key is not None and key in self.marks else Fill.NONE

    # ── fetching ───────────────────────────────────────────────────────────────────────────────

    def _visible_rows(self) -> range:
        return range(self.top, self.top + max(1, self.line_count))

    def _fetch_missing(self) -> None:
        if self.is_attached and self.feed.claim():
            self.run_worker(self._fetch(), group="rows")

    async def _fetch(self) -> None:
        try:
            await self.feed.run()
        except Exception as error:  # noqa: BLE001 - a source may raise anything; the old rows stay
            self.post_message(self.FetchFailed(self, error))

    def _taken(self, grown_by: int) -> None:
        if grown_by:
            self.virtual_size = Size(self.line_width, self.pages.total_count + HEADER_LINES)
        if grown_by > 0 and self.top > 0 and self.cursor_key is not None:
            # New rows usually come on top; were they elsewhere, the key corrects this below.
            self._shift(grown_by)
        self._settle_cursor()
        self.repaint()
        if grown_by:
            self.post_message(self.Counted(self))

    def _settle_cursor(self) -> None:
        found = None if self.cursor_key is None else self.pages.index_of(self.cursor_key)
        if self._is_home and self.pages.is_fresh(0):
            self._adopt_row()
            self._tell_cursor()
        elif found is not None and found != self.cursor_index:
            self._shift(found - self.cursor_index)
        elif found is None:
            last = max(0, self.pages.total_count - 1)
            self.cursor_index = min(self.cursor_index, last)
            if self.pages.is_fresh(self.cursor_index):
                self._adopt_row()
                self._tell_cursor()

    def _shift(self, rows: int) -> None:
        """Follow the cursor's row to where it lies now, without moving it on the screen."""
        self.cursor_index = max(0, self.cursor_index + rows)
        if self.top > 0:
            self.scroll_to(y=self.top + rows, animate=False, force=True)
        self._show_cursor()

    # ── moving ─────────────────────────────────────────────────────────────────────────────────

    def move_to(self, index: int, *, extend_marks: bool = False) -> None:
        """Put the cursor on the row at the index, or the nearest there is."""
        index = max(0, min(index, self.pages.total_count - 1))
        anchor = self.cursor_index if extend_marks else self._range_anchor
        self._is_home = False
        self.cursor_index = index
        self._adopt_row()
        self._show_cursor()
        if anchor is not None:
            self._mark_between(anchor, index)
        self.repaint()
        self._fetch_missing()
        self._tell_cursor()

    def _adopt_row(self) -> None:
        row = self.cursor_row
        self.cursor_key = None if row is None else self._key_of(row)

    def _show_cursor(self) -> None:
        rows = max(1, self.line_count - HEADER_LINES)
        if self.cursor_index < self.top:
            self.scroll_to(y=self.cursor_index, animate=False, force=True)
        elif self.cursor_index >= self.top + rows:
            self.scroll_to(y=self.cursor_index - rows + 1, animate=False, force=True)

    def _tell_cursor(self) -> None:
        self.post_message(self.CursorMoved(self))

    def _mark_between(self, one: int, other: int) -> None:
        first, last = min(one, other), max(one, other)
        rows = self.pages.rows_between(first, last)
        self._mark(self.marks.with_marked(self._key_of(row) for row in rows))

    def _mark(self, marks: RowMarks) -> None:
        self.marks = marks
        self.repaint()
        self.post_message(self.Counted(self))

    def on_resize(self) -> None:
        """Place the columns anew."""
        super().on_resize()
        self._placed = place_columns(self._columns, self.line_width - PREFIX_CELLS + GAP_CELLS)
        self.virtual_size = Size(self.line_width, self.pages.total_count + HEADER_LINES)
        self._show_cursor()
        self.refresh()
        self._fetch_missing()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what has come into view."""
        super().watch_scroll_y(old_value, new_value)
        self._fetch_missing()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.repaint()

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self.repaint()
