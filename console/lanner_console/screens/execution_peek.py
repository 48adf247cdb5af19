"""A look at the execution under the cursor: what its tasks do, and why it failed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from lanner_console.models import ExecutionDetail, ExecutionRow, TaskRunRow
from lanner_console.screens.background import Background
from lanner_console.screens.cells import duration_cell, state_sign, text_cell
from lanner_console.tones import Tone
from lanner_console.widgets.line_area import BLANK, Line, LineArea, Span
from lanner_console.widgets.text_fit import cells, fold, shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

SETTLE_SECONDS = 0.15
TASK_LINES = 2


class ExecutionPeek(LineArea, Background, can_focus=False):
    """A few lines about one execution, fetched when the cursor has rested on it for a moment."""

    DEFAULT_CSS = """
    ExecutionPeek {
        height: 5;
        border-top: solid $panel;
        overflow: hidden hidden;
        scrollbar-gutter: auto;
        scrollbar-size: 0 0;
    }
    """

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place = place
        self._row: ExecutionRow | None = None
        self._detail: ExecutionDetail | None = None
        self._lines: list[Line] = []

    def look_at(self, row: ExecutionRow | None) -> None:
        """Show this execution; its tasks follow as soon as they are known."""
        is_other = row is None or self._row is None or row.id != self._row.id
        if row == self._row:
            return
        self._row = row
        if is_other:
            self._detail = None
        self._show()
        if row is not None:
            self.start("peek", self._fetch, row.id, exclusive=True)

    def compose_line(self, y: int) -> Line:
        """Give a line of it."""
        return self._lines[y] if y < len(self._lines) else BLANK

    def on_resize(self) -> None:
        """Break the lines anew."""
        super().on_resize()
        self._show()

    async def _fetch(self, execution_id: str) -> None:
        await asyncio.sleep(SETTLE_SECONDS)
        try:
            detail = await self._place.client.get_execution(execution_id)
        except LannerError:
            return  # the row itself is shown; the banner tells of a lost link
        if self._row is not None and self._row.id == execution_id:
            self._detail = detail
            self._show()

    def _show(self) -> None:
        self._lines = [] if self._row is None else list(self._peek_lines(self._row))
        self.repaint()

    def _peek_lines(self, row: ExecutionRow) -> Iterator[Line]:
        yield self._title(row)
        yield from self._task_lines()
        error = f"{row.failed_task_id}: {row.error}" if row.failed_task_id else row.error
        for piece in fold(shown(error), max(1, self.line_width - 2)) if error else ():
            yield Line((Span(f" {piece}", Tone.BAD),))

    def _title(self, row: ExecutionRow) -> Line:
        dot = f" {self._place.glyphs.separator} "
        facts = [row.id, f"rev {row.flow_revision}", f"by {row.trigger}" if row.trigger else ""]
        facts += [f"{key}={value}" for key, value in row.labels.items()]
        return Line((Span(" "), text_cell(dot.join(filter(None, facts)), Tone.DIM)))

    def _task_lines(self) -> Iterator[Line]:
        if self._detail is None:
            yield BLANK
            return
        spans, room, lines = [Span(" ")], self.line_width - 2, 0
        for run in self._detail.task_runs.values():
            pieces = self._task_spans(run)
            size = sum(cells(piece.text) for piece in pieces)
            if size > room and len(spans) > 1:
                yield Line(tuple(spans))
                spans, room, lines = [Span(" ")], self.line_width - 2, lines + 1
                if lines == TASK_LINES:
                    return
            spans += pieces
            room -= size
        yield Line(tuple(spans))

    def _task_spans(self, run: TaskRunRow) -> list[Span]:
        glyphs = self._place.glyphs
        took = duration_cell(run.duration(self._place.clock()), glyphs)
        again = f" #{len(run.attempts)}" if len(run.attempts) > 1 else ""
        where = run.attempts[-1].agent_id if run.attempts and not run.state.is_terminal else ""
        return [
            state_sign(run.state, glyphs),
            text_cell(f" {run.task_id}"),
            Span(f" {took.text}{again}", Tone.DIM),
            Span(f" {where}" if where else "", Tone.DIM),
            Span("   "),
        ]
