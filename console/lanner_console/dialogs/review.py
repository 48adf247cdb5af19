"""Decides what an Approval waits for: a form with a comment, and a button for each decision."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from lanner_console.dialogs.dialog import Row, button, text_field
from lanner_console.dialogs.input_form import remark
from lanner_console.dialogs.pause_form import PauseForm
from lanner_console.models import Decision, ExecutionRow, PauseRow, ReviewRow
from lanner_console.op_log import command_line
from lanner_console.workplace import Workplace

_VERBS = {Decision.APPROVED: "approve", Decision.DENIED: "deny"}


class ReviewDialog(PauseForm):
    """The form of an Approval, with a comment."""

    def __init__(
        self, place: Workplace, row: ExecutionRow, pause: PauseRow, review: ReviewRow
    ) -> None:
        confirm = review.labels[Decision.APPROVED]
        super().__init__(place, row, pause, verb="Review", confirm=confirm)
        self._review = review

    def compose_body(self) -> ComposeResult:
        """Lay out what waits, a row for each input, and the comment."""
        yield from self._pause_rows()
        yield Row("comment", text_field(id="comment", placeholder=self._wish()))
        yield Static("", id="problem", classes="problem", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Lay out the other decision."""
        yield button(self._review.labels[Decision.DENIED], id="deny")

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
        command = self._command(decision)
        await self._go_on(values, command, decision=decision, comment=self._comment)

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
