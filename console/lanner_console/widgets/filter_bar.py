"""The filter bar: a field that lies at the foot of a list while it is typed into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input, Static

from lanner_console.keymap import FILTER_BAR
from lanner_console.models import State

TYPING_SECONDS = 0.15
KEYS = (
    *("state:", "ns:", "flow:", "id:", "started>-", "ended<", "created>-", "dur>", "trigger:"),
    *("task:", "task.state:", "attempts>", "agent:", "rev:", "error~", "label."),
)
STATES = tuple(str(state) for state in State if state is not State.UNKNOWN)
TRIGGERS = ("manual", "schedule", "webhook", "flow", "backfill")


def completion(text: str) -> str | None:
    """Complete the last term of a filter: its key, or the value of a key with known ones."""
    before, _, term = text.rpartition(" ")
    negation = "-" if term.startswith("-") else ""
    key, colon, value = term.removeprefix("-").partition(":")
    if not term.removeprefix("-"):
        return None
    if not colon:
        return _first(f"{before} {negation}".lstrip() if before else negation, key, KEYS)
    choices = {"state": STATES, "task.state": STATES, "trigger": TRIGGERS}.get(key)
    last = value.rpartition(",")[2]
    if choices is None or not last:
        return None
    return _first(text[: len(text) - len(last)], last, choices)


def _first(before: str, typed: str, choices: Sequence[str]) -> str | None:
    wanted = typed.casefold()
    found = next((choice for choice in choices if choice.casefold().startswith(wanted)), None)
    return None if found is None else before + found


class FilterSuggester(Suggester):
    """Suggests how a filter may go on; → takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Complete the filter."""
        return completion(value)


class FilterBar(Horizontal):
    """A field with a word before it and a remark after it."""

    BINDINGS: ClassVar[list[BindingType]] = [*FILTER_BAR]

    DEFAULT_CSS = """
    FilterBar { height: 1; dock: bottom; display: none; background: $surface; }
    FilterBar.-open { display: block; }
    FilterBar > Static { width: auto; color: $text-muted; padding: 0 1; }
    FilterBar > Input { width: 1fr; border: none; height: 1; padding: 0; background: $surface; }
    FilterBar.-wrong > #remark { color: $text-error; }
    """

    class Typed(Message):
        """Typing has paused: the text may be tried."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

    class Applied(Message):
        """The text is to be used."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

    class Closed(Message):
        """The field was left without using it."""

        def __init__(self, bar: FilterBar) -> None:
            super().__init__()
            self.bar = bar

    def __init__(self, *, suggester: Suggester | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._suggester = suggester
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the word, the field and the remark."""
        yield Static("/", id="word", markup=False)
        field = Input(suggester=self._suggester, compact=True)
        field.cursor_blink = False
        yield field
        yield Static("", id="remark", markup=False)

    def open(self, word: str, text: str) -> None:
        """Take over the keyboard, with a text to change."""
        self.query_one("#word", Static).update(word)
        self.remark("")
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)
        self.add_class("-open")
        # At once, not when the focus comes round to it: what is typed next must not reach the list.
        self.screen.set_focus(field)

    def close(self) -> None:
        """Give the line back."""
        self.remove_class("-open")

    def remark(self, text: str, *, is_wrong: bool = False) -> None:
        """Say something about the text as it stands."""
        self.set_class(is_wrong, "-wrong")
        self.query_one("#remark", Static).update(text)

    def action_close(self) -> None:
        """Leave the field as if nothing had been typed."""
        self.close()
        self.post_message(self.Closed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Use the text."""
        event.stop()
        self.close()
        self.post_message(self.Applied(self, event.value.strip()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for a pause in the typing."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(TYPING_SECONDS, self._tell_typed)

    def _tell_typed(self) -> None:
        if self.has_class("-open"):
            self.post_message(self.Typed(self, self.query_one(Input).value.strip()))
