"""Help: every key that works now, then the rest, the filter language and the signs of states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from lanner_console.cli.topics import FILTER_TEXT
from lanner_console.dialogs.box import Box
from lanner_console.dialogs.dialog import text_field
from lanner_console.dialogs.types_ahead import TypesAhead
from lanner_console.glyphs import Glyphs
from lanner_console.keymap import LIST_DIALOG, SECTIONS
from lanner_console.models import State
from lanner_console.widgets.key_names import key_name

KEY_CELLS = 14
DOES_CELLS = 27
MEANINGS = {
    State.CREATED: "waits for the coordinator or for a free slot",
    State.SUBMITTED: "handed to an agent that has not yet started it",
    State.QUEUED: "waits for a place under the flow's concurrency limit",
    State.RUNNING: "runs",
    State.PAUSED: "waits for a person or for the end of a pause",
    State.RETRYING: "waits for its next attempt",
    State.RESTARTED: "restarted, not yet running again",
    State.SUCCESS: "ended well",
    State.WARNING: "ended well, with a task that was allowed to fail",
    State.FAILED: "a task failed",
    State.KILLING: "a kill was asked for, task runs are being stopped",
    State.KILLED: "ended by a kill",
    State.CANCELLED: "ended by a limit of its flow",
    State.SKIPPED: "its runIf did not hold",
    State.RETRIED: "replaced by a new execution",
}


class HelpDialog(TypesAhead[None]):
    """A text to be searched by typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_DIALOG,
        Binding("pagedown,down", "page(1)", show=False, priority=True, id="help.down"),
        Binding("pageup,up", "page(-1)", show=False, priority=True, id="help.up"),
    ]

    DEFAULT_CSS = """
    HelpDialog { align: center middle; background: $background 50%; }
    HelpDialog > #box { width: 95%; max-width: 92; height: 90%; }
    HelpDialog Input { height: 1; border: none; padding: 0; background: $background; }
    HelpDialog VerticalScroll { height: 1fr; scrollbar-size: 1 1; }
    HelpDialog Static { height: auto; }
    """

    def __init__(self, glyphs: Glyphs, focused: Set[str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._focused = focused

    def compose(self) -> ComposeResult:
        """Lay out the field and the text."""
        with Box("Help", "type to search · esc closes"):
            yield text_field(id="search", placeholder="search")
            with VerticalScroll(can_focus=False):
                yield Static(help_text("", self._glyphs, self._focused), id="text")

    def on_mount(self) -> None:
        """Let typing search."""
        self.begin_typing(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what holds the text."""
        text = help_text(event.value, self._glyphs, self._focused)
        self.query_one("#text", Static).update(text)

    def action_page(self, direction: int) -> None:
        """Scroll half a page."""
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=direction * max(1, scroll.size.height // 2), animate=False)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def help_text(search: str, glyphs: Glyphs, focused: Set[str] = frozenset()) -> Text:
    """Write the help, with only the lines that hold the text; what is focused comes first."""
    wanted = search.casefold()
    text = Text()
    for title, lines in _sections(glyphs, focused):
        kept = [line for line in lines if wanted in line.plain.casefold()]
        if kept or wanted in title.casefold():
            text.append(f"{title}\n", "bold")
            text.append_text(Text("\n").join(kept or lines))
            text.append("\n\n")
    text.rstrip()
    return text


def _sections(glyphs: Glyphs, focused: Set[str]) -> Iterator[tuple[str, list[Text]]]:
    """Give the sections, those whose keys work now first."""
    sections = sorted(SECTIONS.items(), key=lambda item: not focused & _ids(item[1]))
    for title, bindings in sections:
        yield title, list(_key_lines(bindings, glyphs))
    yield "Filters", [Text(line) for line in FILTER_TEXT.splitlines()]
    yield "States", [_state_line(state, meaning, glyphs) for state, meaning in MEANINGS.items()]


def _ids(bindings: Iterable[Binding]) -> set[str]:
    return {binding.id or "" for binding in bindings}


def _key_lines(bindings: Iterable[Binding], glyphs: Glyphs) -> Iterator[Text]:
    for binding in bindings:
        keys = " ".join(key_name(key.strip(), glyphs) for key in binding.key.split(","))
        line = Text(f"  {keys:<{KEY_CELLS}} {binding.description:<{DOES_CELLS}}")
        yield line.append(f" {binding.id}", "dim")


def _state_line(state: State, meaning: str, glyphs: Glyphs) -> Text:
    return Text(f"  {glyphs.states[state]} {state:<12} {meaning}")
