"""Resumes a paused execution: a form made of what its pause asks for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from lanner_console.dialogs.dialog import Row, text_field
from lanner_console.dialogs.form_dialog import FormDialog
from lanner_console.dialogs.input_form import InputForm
from lanner_console.models import ExecutionRow, PauseRow
from lanner_console.op_log import command_line
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError


class ResumeDialog(FormDialog[ExecutionRow]):
    """The form of a pause; closes when the coordinator has let the execution go on."""

    def __init__(self, place: Workplace, row: ExecutionRow, pause: PauseRow) -> None:
        name = f"{row.namespace}/{row.flow_id} {row.id}"
        form = InputForm(pause.inputs, {})
        super().__init__(place, form, title=f"Resume {name}", confirm="Resume")
        self._row = row
        self._pause = pause

    def compose_body(self) -> ComposeResult:
        """Lay out what waits, a row for each input, and the reason."""
        pause = self._pause
        what = f"task {pause.task_id} waits" if pause.task_id else "somebody paused it"
        yield Static(shown(what), classes="note", markup=False)
        if pause.description:
            yield Static(shown(pause.description), classes="note", markup=False)
        yield from self._form.rows()
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
        row, client, command = self._row, self.place.client, self._command()
        try:
            inputs = await self._uploaded(values, namespace=row.namespace, flow_id=row.flow_id)
            resumed = await client.resume_execution(
                row.id,
                reason=self._reason,
                task_run_id=self._pause.task_run_id,
                inputs=inputs,
            )
        except (LannerError, OSError) as error:
            self._refused(command, error)
            return
        self._note(command, "accepted", is_ok=True)
        self.dismiss(resumed)

    @property
    def _reason(self) -> str:
        return self.query_one("#reason", Input).value.strip()

    def _command(self) -> str:
        words = ["execution", "resume", self._row.id]
        words += ["--task", self._pause.task_id] if self._pause.task_id else []
        words += self._form.words()
        words += ["--reason", self._reason] if self._reason else []
        return command_line(*words)
