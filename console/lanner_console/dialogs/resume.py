"""Resumes a paused execution: a form made of what its pause asks for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from lanner_console.dialogs.dialog import Row, text_field
from lanner_console.dialogs.pause_form import PauseForm
from lanner_console.models import ExecutionRow, PauseRow
from lanner_console.op_log import command_line
from lanner_console.workplace import Workplace


class ResumeDialog(PauseForm):
    """The form of a pause, with a reason."""

    def __init__(self, place: Workplace, row: ExecutionRow, pause: PauseRow) -> None:
        super().__init__(place, row, pause, verb="Resume", confirm="Resume")

    def compose_body(self) -> ComposeResult:
        """Lay out what waits, a row for each input, and the reason."""
        yield from self._pause_rows()
        yield Row("reason", text_field(id="reason", placeholder="kept in the log"))
        yield Static("", id="problem", classes="problem", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field, or at the button where there is none."""
        (self._form.first or self.query_one("#confirm", Button)).focus()

    def action_confirm(self) -> None:
        """Resume it."""
        values = self._form.values(self.place.clock())
        if values is not None and not self._is_sent:
            self._begin_sending()
            self.start("resume", self._resume, values)

    async def _resume(self, values: dict[str, object]) -> None:
        await self._go_on(values, self._command(), reason=self._reason)

    @property
    def _reason(self) -> str:
        return self.query_one("#reason", Input).value.strip()

    def _command(self) -> str:
        words = ["execution", "resume", self._row.id]
        words += ["--task", self._pause.task_id] if self._pause.task_id else []
        words += self._form.words()
        words += ["--reason", self._reason] if self._reason else []
        return command_line(*words)
