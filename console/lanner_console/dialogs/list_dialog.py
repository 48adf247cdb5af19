"""A list over the screen, of which one line is the answer."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

from lanner_console.keymap import LIST_DIALOG

Result = TypeVar("Result")


class ListDialog(ModalScreen[Result]):
    """An `OptionList` in a `Box`; `escape` gives no answer."""

    BINDINGS: ClassVar[list[BindingType]] = [*LIST_DIALOG]

    DEFAULT_CSS = """
    ListDialog { align: center middle; background: $background 50%; }
    ListDialog > #box { max-width: 100; max-height: 80%; }
    ListDialog OptionList { height: auto; max-height: 100%; border: none; padding: 0; }
    """

    def action_close(self) -> None:
        """Close it without an answer."""
        self.dismiss(None)
