"""The tasks of an execution as a tree; the row under the cursor drives every tab beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from textual.binding import BindingType

from lanner_console.glyphs import Glyphs
from lanner_console.keymap import TREE
from lanner_console.models import ExecutionDetail
from lanner_console.screens.cells import duration_cell, state_sign
from lanner_console.screens.task_rows import EXECUTION_KEY, TaskRow, task_rows
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import Line, Span
from lanner_console.widgets.row_list import RowList
from lanner_console.widgets.text_fit import fit, shown

TIME_CELLS = 9


class TaskTree(RowList[TaskRow]):
    """Task runs and attempts, with their states and durations."""

    BINDINGS: ClassVar[list[BindingType]] = [*TREE]

    def __init__(
        self, glyphs: Glyphs, now: Callable[[], datetime], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._now = now
        self._detail: ExecutionDetail | None = None
        self._folded: set[str] = set()

    def key_of(self, row: TaskRow) -> str:
        """Give the key of the row."""
        return row.key

    def show_execution(self, detail: ExecutionDetail) -> None:
        """Show the tasks of an execution as they are now."""
        self._detail = detail
        self.show(task_rows(detail, self._folded))

    def compose_heading(self) -> Line:
        """Make the heading."""
        name = fit("   TASK", self.line_width - TIME_CELLS - 1)
        return Line((Span(name), Span(f"{'TIME':>{TIME_CELLS}} ")), Fill.HEADER)

    def compose_row(self, row: TaskRow, fill: Fill) -> Line:
        """Make the line of a task run or an attempt."""
        is_here = fill is not Fill.NONE
        is_execution = row.key == EXECUTION_KEY
        indent = "" if is_execution else "  " * row.depth
        room = self.line_width - TIME_CELLS - 4 - len(indent)
        is_minor = row.attempt_number > 0
        ink = Tone.STRONG if is_execution else Tone.DIM if is_minor else Tone.PLAIN
        folded = f"  +{row.folded_count}" if row.folded_count else ""
        took = duration_cell(_duration(row, self._now()), self._glyphs)
        return Line(
            (
                Span(self._glyphs.pointer if is_here else " ", Tone.KEY),
                Span(indent),
                state_sign(row.state, self._glyphs),
                Span(fit(f" {shown(row.name)}{folded}", room), ink),
                Span(f" {took.text:>{TIME_CELLS}} ", took.tone),
            ),
            fill,
        )

    def action_fold(self) -> None:
        """Hide what is below the row, or show it again."""
        row = self.cursor_row
        if row is None or not row.task_run_id or self._detail is None:
            return
        self._folded ^= {row.task_run_id}
        self.show_execution(self._detail)


def _duration(row: TaskRow, now: datetime) -> timedelta | None:
    return None if row.started_at is None else (row.ended_at or now) - row.started_at
