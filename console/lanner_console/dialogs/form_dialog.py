"""A dialog that is a form made of inputs, checked while it is filled in and again by the server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from textual import events
from textual.widgets import Static

from lanner_console.dialogs.dialog import Dialog
from lanner_console.dialogs.input_form import InputForm, remark
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

Result = TypeVar("Result")


class FormDialog(Dialog[Result]):
    """Lays out the rows of its form and a `Static` with the id `problem`."""

    DEFAULT_CSS = """
    FormDialog Row > .type { width: 10; color: $text-muted; padding-left: 1; }
    FormDialog Row > Select { width: 1fr; }
    FormDialog .problem { color: $text-error; height: auto; padding-left: 14; display: none; }
    FormDialog .problem.-shown { display: block; }
    FormDialog .about { color: $text-muted; height: auto; padding-left: 14; }
    """

    def __init__(self, place: Workplace, form: InputForm, *, title: str, confirm: str) -> None:
        super().__init__(place, title=title, confirm=confirm)
        self._form = form
        self._is_sent = False

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Check a field when it is left."""
        self._form.check(event.widget, self.place.clock())

    def on_input_submitted(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def _begin_sending(self) -> None:
        """Nothing is sent twice, and what was wrong before is forgotten."""
        self._is_sent = True
        remark(self.query_one("#problem", Static), "")

    def _refused(self, command: str, error: LannerError | OSError) -> None:
        """Show why it was not done; it may be sent again."""
        message = error.message if isinstance(error, LannerError) else str(error)
        self._note(command, message, is_ok=False)
        remark(self.query_one("#problem", Static), shown(message))
        self._is_sent = False

    async def _uploaded(
        self, values: Mapping[str, object], *, namespace: str, flow_id: str
    ) -> dict[str, object]:
        """The values, with files sent ahead and their URIs in their place."""
        upload = self.place.client.upload_input
        return {
            name: await upload(value, namespace=namespace, flow_id=flow_id)
            if isinstance(value, Path)
            else value
            for name, value in values.items()
        }
