"""What was done from this console: every act as the command that does the same."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from lanner_console.dialogs.box import Box
from lanner_console.keymap import LIST_DIALOG
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace


class OperationLogDialog(ModalScreen[None]):
    """The acts, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [*LIST_DIALOG]

    DEFAULT_CSS = """
    OperationLogDialog { align: center bottom; background: $background 20%; }
    OperationLogDialog > #box { width: 96%; max-height: 60%; margin-bottom: 1; }
    OperationLogDialog VerticalScroll { height: auto; max-height: 100%; scrollbar-size: 1 1; }
    OperationLogDialog Static { height: auto; }
    """

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay out the acts."""
        with Box("What was done", "esc closes"), VerticalScroll():
            yield Static(acts_text(self._place))

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def acts_text(place: Workplace) -> Text:
    """Write the acts, newest first."""
    if not place.acts.acts:
        return Text("Nothing yet. What you do here is listed as the commands that do the same.")
    text = Text()
    for act in reversed(place.acts.acts):
        sign = place.glyphs.states["SUCCESS" if act.is_ok else "FAILED"]
        text.append(f"{act.at.astimezone(place.timezone):%H:%M:%S}  ", "dim")
        text.append(f"{sign} {act.command}  ")
        text.append(f"{shown(act.result)}\n", "dim")
    text.rstrip()
    return text
