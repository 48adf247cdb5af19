"""A dialog: a box over the screen with a title, fields, and buttons at its foot."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static, TextArea

from lanner_console.dialogs.box import Box
from lanner_console.keymap import DIALOG
from lanner_console.screens.asking import Asking
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace

Result = TypeVar("Result")


def text_field(
    value: str = "", *, id: str | None = None, name: str | None = None, placeholder: str = ""
) -> Input:
    """Make a field of one line whose cursor does not blink: over SSH blinking costs bytes."""
    field = LineField(
        value, id=id, name=name, placeholder=placeholder, compact=True, highlighter=Pictures()
    )
    field.cursor_blink = False
    return field


class Pictures(Highlighter):
    """Shows control characters of a value as pictures, sign by sign; the value keeps them."""

    def highlight(self, text: Text) -> None:
        """Put the pictures in."""
        if not text.plain.isprintable():
            text.plain = "".join(map(_picture, text.plain))


def _picture(sign: str) -> str:
    if sign.isprintable() or sign == "\t":
        return sign
    picture = shown(sign)
    return picture if len(picture) == 1 else "\N{REPLACEMENT CHARACTER}"


class LineField(Input):
    """A field of one line, which says so when several are pasted."""

    def on_paste(self, event: events.Paste) -> None:
        """Tell that the other lines are not taken."""
        if len(event.text.splitlines()) > 1:
            told = "Only the first line was pasted: the field holds one"
            self.app.notify(told, severity="warning")


class LinesField(TextArea):
    """A field of several lines, in which control characters are pictures."""

    def get_line(self, line_index: int) -> Text:
        """Give a line as it is shown."""
        line = super().get_line(line_index)
        Pictures().highlight(line)
        return line


def lines_field(value: str, *, id: str) -> TextArea:
    """Make a field of several lines; tab leaves it."""
    field = LinesField(value, id=id, compact=True, show_line_numbers=False)
    field.cursor_blink = False
    return field


def button(label: str, *, id: str) -> Button:
    """Make a button whose label may come from a flow: brackets in it are brackets."""
    return Button(Content(shown(label)), id=id, compact=True)


class Row(Horizontal):
    """A label and its field."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row > Label { width: 14; color: $text-muted; }
    Row > Input { width: 1fr; background: $background; }
    Row > Input:focus { background: $background-lighten-1; }
    Row > TextArea { width: 1fr; height: auto; max-height: 8; background: $background; }
    """

    def __init__(self, label: str, *fields: Widget, id: str | None = None) -> None:
        super().__init__(Label(shown(label), markup=False), *fields, id=id)


class Dialog(ModalScreen[Result], Asking):
    """A question; `escape` gives no answer, `F5` the one that was prepared."""

    BINDINGS: ClassVar[list[BindingType]] = [*DIALOG]
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 50%; }
    Dialog > #box { max-width: 100; max-height: 90%; }
    Dialog #body { height: auto; max-height: 100%; scrollbar-size: 1 1; }
    Dialog .note { color: $text-muted; height: auto; }
    Dialog .wrong { color: $text-error; height: auto; }
    Dialog #buttons { height: 1; align-horizontal: right; margin-top: 1; }
    Dialog #buttons > Button { margin-left: 2; background: $panel; color: $text; }
    Dialog #buttons > Button:focus { background: $primary; color: $background; text-style: bold; }
    Dialog #buttons > Button:disabled { color: $text-disabled; }
    """

    def __init__(self, place: Workplace, *, title: str, confirm: str) -> None:
        super().__init__()
        self.place = place
        self._title = title
        self._confirm = confirm

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with Box(self._title):
            with VerticalScroll(id="body", can_focus=False):
                yield from self.compose_body()
            with Horizontal(id="buttons"):
                yield button("Cancel", id="cancel")
                yield from self.compose_buttons()
                yield button(f"{self._confirm} F5", id="confirm")

    def compose_body(self) -> ComposeResult:
        """Lay out what is between the title and the buttons."""
        yield Static()

    def compose_buttons(self) -> ComposeResult:
        """Lay out buttons between the first and the last one."""
        yield from ()

    def allow(self, is_allowed: bool) -> None:
        """Let the answer be given, or not."""
        self.query_one("#confirm", Button).disabled = not is_allowed

    @property
    def is_allowed(self) -> bool:
        """The answer may be given."""
        return not self.query_one("#confirm", Button).disabled

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        event.stop()
        if event.button.id == "confirm":
            self.action_confirm()
        elif event.button.id == "cancel":
            self.action_cancel()

    def action_cancel(self) -> None:
        """Give no answer."""
        self.dismiss(None)

    def action_confirm(self) -> None:
        """Give the answer."""
        raise NotImplementedError
