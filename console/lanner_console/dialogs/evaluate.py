"""Expressions tried in an execution that is there."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from lanner_console.dialogs.dialog import Dialog, Row, text_field
from lanner_console.models import TaskRunRow
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace

HINT = "For instance {{ outputs }} or {{ inputs.day | date('yyyy-MM-dd') }}. Secrets are not shown."

MOST_SHOWN = 4_000
"""Characters of a result that are looked at here."""


class EvaluateDialog(Dialog[None]):
    """A field for a text with expressions, and what it comes to below; it stays for the next.

    Args:
        place: Where the console works.
        execution_id: In which execution.
        run: As this task run sees it; absent: the execution itself.
    """

    DEFAULT_CSS = """
    EvaluateDialog #result { height: auto; margin-top: 1; }
    """

    def __init__(self, place: Workplace, execution_id: str, run: TaskRunRow | None) -> None:
        where = execution_id if run is None else run.name
        super().__init__(place, title=f"Evaluate in {where}", confirm="Evaluate")
        self._execution_id = execution_id
        self._task_run_id = run.id if run is not None else ""

    def compose_body(self) -> ComposeResult:
        """Lay out the field and the result."""
        yield Row("Text", text_field("{{ }}", id="text"))
        yield Static(HINT, id="result", classes="note", markup=False)

    def on_mount(self) -> None:
        """Begin between the braces."""
        field = self.query_one("#text", Input)
        field.select_on_focus = False
        field.cursor_position = len("{{ ")
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Evaluate with enter, too."""
        event.stop()
        self.action_confirm()

    def action_confirm(self) -> None:
        """Ask what the text comes to."""
        self.start("evaluate", self._evaluate, self.query_one("#text", Input).value, exclusive=True)

    async def _evaluate(self, text: str) -> None:
        found = await self.ask(
            self.place.client.evaluate_expression(
                self._execution_id, text, task_run=self._task_run_id
            )
        )
        if found is None:
            return
        result = self.query_one("#result", Static)
        result.set_class(found.result is None, "wrong")
        result.set_class(found.result is not None and not found.result, "note")
        told = found.error if found.result is None else found.result or "(an empty text)"
        result.update("\n".join(map(shown, _shortened(told).splitlines())))


def _shortened(text: str) -> str:
    if len(text) <= MOST_SHOWN:
        return text
    return f"{text[:MOST_SHOWN]}\n… of {len(text):,} characters: `lanner execution eval` prints all"
