"""What a log shows: the lines lie in a spool, and only those on the screen are ever made.

It follows the end until the reader scrolls up, and then stays put. Filters and searches look at a
slice of the lines at a time, so that keys are answered meanwhile. `VirtualLog` adds the keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer

from lanner_console.glyphs import UNICODE, Glyphs
from lanner_console.models import LogLine
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import BLANK, Line, LineArea, Span
from lanner_console.widgets.log_lines import LineLook, highlighted, ink
from lanner_console.widgets.log_scan import LineCriterion, LineScan, text_pattern
from lanner_console.widgets.log_spool import LogSpool

REFRESH_SECONDS = 0.25
NARROW_CELLS = 80


class LogView(LineArea):
    """Lines of a log, some or all of them, with what a search found."""

    class Changed(Message):
        """Something that the line of facts above the log tells is another one."""

        def __init__(self, log: LogView) -> None:
            super().__init__()
            self.log = log

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id)
        self.spool = LogSpool()
        self.look = LineLook()
        self.is_following = True
        self.shown: LineScan | None = None
        """Lines that the filter lets through; None: there is no filter."""
        self.hits: LineScan | None = None
        """Lines that the search found; None: there is no search."""
        self.current: int | None = None
        """Number of the line that a jump led to."""
        self._glyphs = glyphs
        self._screen: list[Line] = []
        self._refresh_timer: Timer | None = None
        self._scan_runs = False

    # ── content ────────────────────────────────────────────────────────────────────────────────

    def append(self, lines: Sequence[LogLine]) -> None:
        """Add lines at the end; the screen follows within a quarter of a second."""
        self.spool.append(lines)
        if self._refresh_timer is None:
            self._refresh_timer = self.set_timer(REFRESH_SECONDS, self._keep_up)

    def clear(self) -> None:
        """Begin with an empty log; filter, search and look stay."""
        self.spool.close()
        self.spool = LogSpool()
        self.current = None
        self.is_following = True
        if self.shown:
            self.shown = LineScan(self.spool, self.shown.criterion)
        if self.hits:
            self.hits = LineScan(self.spool, self.hits.criterion)
        self._grow()

    def filter(self, criterion: LineCriterion) -> None:
        """Show only the lines that fulfil the criterion, keeping the place."""
        place = self._number(self.top) if self.row_count else 0
        self.shown = None if criterion.is_open else LineScan(self.spool, criterion)
        self._start_scans()
        self._grow()
        if not self.is_following:
            self.go_to(place, mark=False)

    def search(self, text: str) -> None:
        """Find a text; the first hit from here on becomes current."""
        self.hits = LineScan(self.spool, LineCriterion(text=text)) if text else None
        self._start_scans()
        self.repaint()
        self.post_message(self.Changed(self))

    def set_look(self, look: LineLook) -> None:
        """Show the lines in another way; filter and search stay."""
        self.look = look
        self._grow()

    @property
    def row_count(self) -> int:
        """Lines that can be scrolled to."""
        return len(self.spool) if self.shown is None else len(self.shown.numbers)

    @property
    def hit_count(self) -> int:
        """Lines that the search has found so far."""
        return len(self.hits.numbers) if self.hits else 0

    def on_unmount(self) -> None:
        """Give the disk space back."""
        self.spool.close()

    # ── scanning ───────────────────────────────────────────────────────────────────────────────

    def _scans(self) -> list[LineScan]:
        scans = (self.shown, self.hits)
        return [scan for scan in scans if scan is not None and not scan.is_complete]

    def _start_scans(self) -> None:
        for scan in self._scans():
            scan.advance()
        if self._scans() and not self._scan_runs:
            self._scan_runs = True
            self.run_worker(self._scan_on(), group="scan")

    async def _scan_on(self) -> None:
        try:
            while scans := self._scans():
                for scan in scans:
                    scan.advance()
                self._grow()
                await asyncio.sleep(0)  # keys first, then the next slice
        finally:
            self._scan_runs = False

    def _keep_up(self) -> None:
        self._refresh_timer = None
        self._start_scans()
        self._grow()

    def _grow(self) -> None:
        """Let the scroll bar reach the last line, and go there when following."""
        rows = self._last_top() + self.line_count
        if self.virtual_size.height != rows:
            self.virtual_size = Size(self.line_width, rows)
        if self.is_following:
            self.scroll_to(y=rows, animate=False, force=True)
        self.repaint()
        self.post_message(self.Changed(self))

    def _last_top(self) -> int:
        """Give the row that is on top when the last one is at the bottom."""
        row, free = self.row_count, self.line_count
        if not self.look.is_wrapped:
            return max(0, row - free)
        while row > 0:
            free -= len(self._lines_of(row - 1))
            if free < 0:
                break
            row -= 1
        return row

    # ── lines ──────────────────────────────────────────────────────────────────────────────────

    def repaint(self) -> None:
        """Paint what differs."""
        self._screen = []
        super().repaint()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow at the end, stay put above it."""
        self._screen = []
        self.is_following = new_value >= self.max_scroll_y
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Changed(self))

    def on_resize(self) -> None:
        """Break the lines anew."""
        super().on_resize()
        self._screen = []
        self.look = replace(self.look, is_narrow=self.line_width < NARROW_CELLS)
        self._grow()
        self.refresh()

    def compose_line(self, y: int) -> Line:
        """Give a line of the screen; all of them are made at once."""
        if not self._screen:
            self._screen = self._compose_screen()
        return self._screen[y] if y < len(self._screen) else BLANK

    def _compose_screen(self) -> list[Line]:
        lines: list[Line] = []
        row, end = self.top, self.row_count
        while row < end and len(lines) < self.line_count:
            lines.extend(self._lines_of(row))
            row += 1
        return lines or [BLANK]

    def _lines_of(self, row: int) -> list[Line]:
        number = self._number(row)
        line = self.spool.line(number)
        is_current = number == self.current
        pointer = Span(self._glyphs.pointer if is_current else " ", Tone.KEY)
        heading = (pointer, *self.look.heading(line, self.spool.at_seconds(0)))
        indent = sum(len(span.text) for span in heading)
        pattern = text_pattern(self.hits.criterion.text) if self.hits else None
        fill = Fill.CURSOR_BLURRED if is_current else Fill.NONE
        lines: list[Line] = []
        for text in self.look.texts(line, self.line_width - indent):
            before = heading if not lines else (Span(" " * indent),)
            lines.append(Line((*before, *highlighted(text, ink(line), pattern)), fill))
        return lines

    def _number(self, row: int) -> int:
        if self.shown is None:
            return row
        return self.shown.numbers[row] if row < len(self.shown.numbers) else len(self.spool)

    # ── places ─────────────────────────────────────────────────────────────────────────────────

    def go_to(self, number: int, *, mark: bool = True) -> None:
        """Bring a line into view, or the next one that the filter lets through."""
        row = number if self.shown is None else self.shown.at_or_after(number)
        row = max(0, min(row, self.row_count - 1))
        self.current = self._number(row) if mark else self.current
        if not self.top <= row < self.top + self.line_count - 1:
            self.is_following = False
            self.scroll_to(y=max(0, row - self.line_count // 3), animate=False, force=True)
        self.repaint()
        self.post_message(self.Changed(self))

    @property
    def here(self) -> int:
        """Number of the line that jumps start from."""
        return self._number(self.top) if self.current is None else self.current
