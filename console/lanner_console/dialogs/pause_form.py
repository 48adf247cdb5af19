"""The form of a pause: what whoever lets it go on is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget
from textual.widgets import Static

from lanner_console.dialogs.form_dialog import FormDialog
from lanner_console.dialogs.input_form import InputForm
from lanner_console.models import Decision, ExecutionRow, PauseRow
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError


class PauseForm(FormDialog[ExecutionRow]):
    """Shows what waits; closes when the coordinator has let the execution go on."""

    def __init__(
        self, place: Workplace, row: ExecutionRow, pause: PauseRow, *, verb: str, confirm: str
    ) -> None:
        title = f"{verb} {row.namespace}/{row.flow_id} {row.id}"
        super().__init__(place, InputForm(pause.inputs, {}), title=title, confirm=confirm)
        self._row = row
        self._pause = pause

    def _pause_rows(self) -> Iterator[Widget]:
        """Give what waits, and a row for each input."""
        pause = self._pause
        what = f"task {pause.task_id} waits" if pause.task_id else "somebody paused it"
        yield Static(shown(what), classes="note", markup=False)
        if pause.description:
            yield Static(shown(pause.description), classes="note", markup=False)
        yield from self._form.rows()

    async def _go_on(
        self,
        values: dict[str, object],
        command: str,
        *,
        reason: str = "",
        decision: Decision | None = None,
        comment: str = "",
    ) -> None:
        """Let it go on with values, and close; where that is refused, show why."""
        row = self._row
        try:
            inputs = await self._uploaded(values, namespace=row.namespace, flow_id=row.flow_id)
            resumed = await self.place.client.resume_execution(
                row.id,
                reason=reason,
                task_run_id=self._pause.task_run_id,
                inputs=inputs,
                decision=decision,
                comment=comment,
            )
        except (LannerError, OSError) as error:
            self._refused(command, error)
            return
        self._note(command, "accepted", is_ok=True)
        self.dismiss(resumed)
