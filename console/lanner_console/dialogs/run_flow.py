"""Runs a flow: a form made of its inputs, checked while it is filled in and again by the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Input, Static

from lanner_console.cli.arguments import key_values
from lanner_console.cli.errors import CliError
from lanner_console.dialogs.dialog import Row, button, text_field
from lanner_console.dialogs.form_dialog import FormDialog
from lanner_console.dialogs.input_form import InputForm, remark
from lanner_console.keymap import RUN_DIALOG
from lanner_console.models import FlowDetail
from lanner_console.op_log import command_line
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAnswer:
    """An execution was started.

    Attributes:
        execution_id: Its id.
        is_followed: It is to be shown.
    """

    execution_id: str
    is_followed: bool


class RunDialog(FormDialog[RunAnswer]):
    """The form of a flow; closes when the coordinator has taken the execution."""

    BINDINGS: ClassVar[list[BindingType]] = [*RUN_DIALOG]

    def __init__(
        self, place: Workplace, flow: FlowDetail, given: Mapping[str, object] | None = None
    ) -> None:
        name = f"{flow.namespace}/{flow.flow_id} rev {flow.revision}"
        form = InputForm(flow.inputs, given or {})
        super().__init__(place, form, title=f"Run {name}", confirm="Run")
        self._flow = flow
        self._request_id = place.new_id()

    def compose_body(self) -> ComposeResult:
        """Lay out a row for each input."""
        if not self._flow.inputs:
            yield Static("This flow has no inputs.", classes="note")
        yield from self._form.rows()
        yield Row("labels", text_field(id="labels", placeholder="key=value key=value"))
        yield Static("", id="problem", classes="problem", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Lay out the button that follows."""
        yield button("Run and follow ^f", id="follow")

    def on_mount(self) -> None:
        """Begin at the first field, or at the button where there is none."""
        (self._form.first or self.query_one("#follow", Button)).focus()

    def _labels(self) -> dict[str, str] | None:
        try:
            return key_values(self.query_one("#labels", Input).value.split(), "labels")
        except CliError as error:
            remark(self.query_one("#problem", Static), str(error))
            return None

    # ── running ────────────────────────────────────────────────────────────────────────────────

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Run and follow, or what the other buttons say."""
        if event.button.id == "follow":
            event.stop()
            self.action_follow()
        else:
            super().on_button_pressed(event)

    def action_confirm(self) -> None:
        """Run it."""
        self._send(is_followed=False)

    def action_follow(self) -> None:
        """Run it and show the execution."""
        self._send(is_followed=True)

    def action_copy_command(self) -> None:
        """Copy the command that does the same."""
        self.copy(self._command(), "The command")

    def _send(self, *, is_followed: bool) -> None:
        values, labels = self._form.values(self.place.clock()), self._labels()
        if values is not None and labels is not None and not self._is_sent:
            self._begin_sending()
            self.start("run", self._run, values, labels, is_followed)

    async def _run(
        self, values: dict[str, object], labels: dict[str, str], is_followed: bool
    ) -> None:
        flow, client, command = self._flow, self.place.client, self._command()
        try:
            inputs = await self._uploaded(values, namespace=flow.namespace, flow_id=flow.flow_id)
            execution_id = await client.create_execution(
                flow.namespace,
                flow.flow_id,
                inputs=inputs,
                labels=labels,
                revision=flow.revision,
                request_id=self._request_id,
            )
        except (LannerError, OSError) as error:
            self._refused(command, error)
            return
        self._note(command, execution_id, is_ok=True)
        self.dismiss(RunAnswer(execution_id=execution_id, is_followed=is_followed))

    def _command(self) -> str:
        words = ["flow", "run", f"{self._flow.namespace}/{self._flow.flow_id}"]
        words += self._form.words()
        for label in self.query_one("#labels", Input).value.split():
            words += ["-l", label]
        return command_line(*words)
