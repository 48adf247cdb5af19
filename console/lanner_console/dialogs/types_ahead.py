"""Dialogs that are typed into before they are there: a quick hand, or text that is pasted."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import ModalScreen
from textual.widgets import Input

Result = TypeVar("Result")


class TypesAhead(ModalScreen[Result]):
    """Keeps what is typed until its field has the focus."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._typed_ahead = ""

    def on_key(self, event: events.Key) -> None:
        """Keep a character that nothing else took."""
        if self.focused is None and event.is_printable and event.character:
            self._typed_ahead += event.character
            event.stop()

    def begin_typing(self, field: Input) -> None:
        """Give the field the focus, and what was typed meanwhile."""
        self.set_focus(field)
        field.value = self._typed_ahead
        field.cursor_position = len(field.value)
