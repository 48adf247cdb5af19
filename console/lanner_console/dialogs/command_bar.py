"""The command bar: views, saved filters and every action that works now, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from lanner_console.dialogs.box import Box
from lanner_console.dialogs.dialog import text_field
from lanner_console.dialogs.types_ahead import TypesAhead
from lanner_console.keymap import LIST_DIALOG
from lanner_console.widgets.text_fit import fit, shown

MAX_SHOWN = 12
NAME_CELLS = 28
DOES_CELLS = 32
NO_MATCH = 9


class Command(NamedTuple):
    """Something that can be asked for by name."""

    name: str
    """What is typed."""
    does: str
    """A few words."""
    run: Callable[[str], None]
    """Does it, with what was typed after the name."""
    hint: str = ""
    """What may be typed after the name, or the key that does the same."""


class Chosen(NamedTuple):
    """What was asked for."""

    command: Command
    """The command."""
    argument: str
    """What was typed after its name."""


def distance(typed: str, name: str) -> int:
    """Tell how far a name is from what was typed: 0 the same … 9 not at all like it."""
    typed, name = typed.casefold(), name.casefold()
    if typed == name:
        return 0
    if name.startswith(typed):
        return 1
    if any(word.startswith(typed) for word in name.split()):
        return 2
    if typed in name:
        return 3
    letters = iter(name)
    return 4 if all(letter in letters for letter in typed) else NO_MATCH


def matching(typed: str, commands: Sequence[Command]) -> list[Command]:
    """Give the commands that may be meant, the likeliest first."""
    name = typed.strip().partition(" ")[0]
    far = {
        command: min(distance(name, command.name), distance(typed, command.name))
        for command in commands
    }
    likely = sorted((c for c in commands if far[c] < NO_MATCH), key=lambda c: far[c])
    return likely[:MAX_SHOWN]


class CommandBar(TypesAhead[Chosen]):
    """A field and what it may mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_DIALOG,
        Binding("down", "move(1)", show=False, priority=True, id="command-bar.down"),
        Binding("up", "move(-1)", show=False, priority=True, id="command-bar.up"),
        Binding("tab", "complete", show=False, priority=True, id="command-bar.complete"),
    ]

    DEFAULT_CSS = """
    CommandBar { align: center top; background: $background 20%; }
    CommandBar > #box { max-width: 90; margin-top: 2; }
    CommandBar Input { height: 1; border: none; padding: 0; background: $surface; }
    CommandBar OptionList {
        height: auto;
        max-height: 14;
        border: none;
        padding: 0;
        background: $surface;
        scrollbar-size: 1 1;
    }
    """

    def __init__(self, commands: Sequence[Command], history: Sequence[str]) -> None:
        super().__init__()
        self._commands = commands
        self._history = history
        self._shown: list[Command] = []

    def compose(self) -> ComposeResult:
        """Lay out the field and the list."""
        with Box():
            last = f"last: {self._history[-1]}" if self._history else ""
            yield text_field(id="command", placeholder=last or "a view or an action")
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Begin with everything."""
        self.query_one(OptionList).can_focus = False
        self._list("")
        self.begin_typing(self.query_one(Input))

    def _list(self, typed: str) -> None:
        self._shown = matching(typed, self._commands)
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(_option_text(command)) for command in self._shown])
        if self._shown:
            listed.highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what may be meant."""
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what is highlighted; an empty field does what was done last."""
        typed = event.value.strip()
        if not typed and self._history:
            typed = self._history[-1]
            self._list(typed)
        self._choose(typed)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do what was clicked."""
        self.query_one(OptionList).highlighted = event.option_index
        self._choose(self.query_one(Input).value.strip())

    def _choose(self, typed: str) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None and index < len(self._shown):
            self.dismiss(Chosen(self._shown[index], typed.partition(" ")[2].strip()))

    def action_move(self, step: int) -> None:
        """Highlight the next one."""
        listed = self.query_one(OptionList)
        if self._shown:
            listed.highlighted = ((listed.highlighted or 0) + step) % len(self._shown)

    def action_complete(self) -> None:
        """Write out what is highlighted."""
        index = self.query_one(OptionList).highlighted
        if index is not None and index < len(self._shown):
            field = self.query_one(Input)
            field.value = f"{self._shown[index].name} "
            field.cursor_position = len(field.value)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def _option_text(command: Command) -> Text:
    text = Text(f"{fit(shown(command.name), NAME_CELLS)} ", "bold")
    text.append(f"{fit(shown(command.does), DOES_CELLS)}", "not bold")
    return text.append(f"  {command.hint}", "dim not bold") if command.hint else text
