"""Decides what an Approval waits for: a form with a comment, and a button for each decision."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from lanner_console.dialogs.dialog import Row, text_field
from lanner_console.dialogs.form_dialog import FormDialog
from lanner_console.dialogs.input_form import InputForm, remark
from lanner_console.models import Decision, ExecutionRow, PauseRow, ReviewRow
from lanner_console.op_log import command_line
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

_VERBS = {Decision.APPROVED: "approve", Decision.DENIED: "deny"}


class ReviewDialog(FormDialog[ExecutionRow]):
    """The form of an Approval; closes when the coordinator has taken the decision."""

    def __init__(
        self, place: Workplace, row: ExecutionRow, pause: PauseRow, review: ReviewRow
    ) -> None:
        name = f"{row.namespace}/{row.flow_id} {row.id}"
        form = InputForm(pause.inputs, {})
        confirm = review.labels[Decision.APPROVED]
        super().__init__(place, form, title=f"Review {name}", confirm=confirm)
        self._row = row
        self._pause = pause
        self._review = review

    def compose_body(self) -> ComposeResult:
        """Lay out what waits, a row for each input, and the comment."""
        pause = self._pause
        yield Static(shown(f"task {pause.task_id} waits"), classes="note", markup=False)
        if pause.description:
            yield Static(shown(pause.description), classes="note", markup=False)
        yield from self._form.rows()
        yield Row("comment", text_field(id="comment", placeholder=self._wish()))
        yield Static("", id="problem", classes="problem", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Lay out the other decision."""
        yield Button(self._review.labels[Decision.DENIED], id="deny", compact=True)

    def on_mount(self) -> None:
        """Begin at the first field, which may be the comment."""
        (self._form.first or self.query_one("#comment", Input)).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Deny, or do what any dialog does."""
        if event.button.id == "deny":
            event.stop()
            self._decide(Decision.DENIED)
        else:
            super().on_button_pressed(event)

    def action_confirm(self) -> None:
        """Approve it."""
        self._decide(Decision.APPROVED)

    def _decide(self, decision: Decision) -> None:
        values = self._form.values(self.place.clock())
        if values is None or self._is_sent:
            return
        if self._review.wants_comment(decision) and not self._comment:
            told = f"a comment is needed to {_VERBS[decision]} it"
            remark(self.query_one("#problem", Static), told)
            self.query_one("#comment", Input).focus()
            return
        self._begin_sending()
        self.start("review", self._send, values, decision)

    async def _send(self, values: dict[str, object], decision: Decision) -> None:
        row, client, command = self._row, self.place.client, self._command(decision)
        try:
            inputs = await self._uploaded(values, namespace=row.namespace, flow_id=row.flow_id)
            decided = await client.resume_execution(
                row.id,
                task_run_id=self._pause.task_run_id,
                inputs=inputs,
                decision=decision,
                comment=self._comment,
            )
        except (LannerError, OSError) as error:
            self._refused(command, error)
            return
        self._note(command, "accepted", is_ok=True)
        self.dismiss(decided)

    def _wish(self) -> str:
        needed = [_VERBS[one] for one in Decision if self._review.wants_comment(one)]
        return f"needed to {' or '.join(needed)}" if needed else "why; later tasks can read it"

    @property
    def _comment(self) -> str:
        return self.query_one("#comment", Input).value.strip()

    def _command(self, decision: Decision) -> str:
        words = ["execution", _VERBS[decision], self._row.id, "--task", self._pause.task_id]
        words += self._form.words()
        words += ["--comment", self._comment] if self._comment else []
        return command_line(*words)
