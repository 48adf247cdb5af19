"""A source over the screen, to be read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from lanner_console.dialogs.box import Box
from lanner_console.keymap import SOURCE_DIALOG
from lanner_console.screens.asking import Asking
from lanner_console.widgets.source_view import SourceView
from lanner_console.workplace import Workplace


class SourceDialog(ModalScreen[None], Asking):
    """Lines of YAML in a box."""

    BINDINGS: ClassVar[list[BindingType]] = [*SOURCE_DIALOG]

    DEFAULT_CSS = """
    SourceDialog { align: center middle; background: $background 50%; }
    SourceDialog > #box { max-width: 120; height: 90%; }
    """

    def __init__(self, place: Workplace, *, title: str, source: str) -> None:
        super().__init__()
        self.place = place
        self._title = title
        self._source = source

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with Box(self._title, "c copy · esc close"):
            yield SourceView()

    def on_mount(self) -> None:
        """Show the source."""
        view = self.query_one(SourceView)
        view.show(self._source)
        view.focus()

    def action_copy(self) -> None:
        """Copy the source."""
        self.copy(self._source, "The source")

    def action_close(self) -> None:
        """Go back to the list."""
        self.dismiss(None)
