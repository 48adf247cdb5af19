"""The last line: the most useful keys for what has the focus now, each a target for the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Line, Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.text_fit import cells

SEPARATOR = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKey:
    """A key with its action.

    Attributes:
        key: As Textual names it.
        key_name: As people write it.
        does: One or two words.
        is_refused: It would only tell why it cannot be done.
    """

    key: str
    key_name: str
    does: str
    is_refused: bool = False


class KeyLine(OneLine):
    """Keys, as many as fit."""

    class Pressed(Message):
        """A key of the line was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: tuple[ShownKey, ...] = ()
        self._always: tuple[ShownKey, ...] = ()

    def offer(self, keys: Sequence[ShownKey], always: Sequence[ShownKey]) -> None:
        """Show keys; those of `always` come last and never give way."""
        self._keys, self._always = tuple(keys), tuple(always)
        self.repaint()

    def compose_line(self, y: int) -> Line:
        """Write the keys that fit."""
        spans = [Span(" ")]
        for shown in self._fitting():
            ink = Tone.DIM if shown.is_refused else Tone.KEY
            spans.append(Span(shown.key_name, ink))
            spans.append(Span(f" {shown.does}{SEPARATOR}", Tone.DIM))
        return Line(tuple(spans))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        edge = 1
        for shown in self._fitting():
            edge += self._width(shown)
            if event.x < edge:
                self.post_message(self.Pressed(shown.key))
                return

    def _fitting(self) -> list[ShownKey]:
        room = self.line_width - 1 - sum(map(self._width, self._always))
        fitting = []
        for shown in self._keys:
            room -= self._width(shown)
            if room < 0:
                break
            fitting.append(shown)
        return [*fitting, *self._always]

    def _width(self, shown: ShownKey) -> int:
        return cells(shown.key_name) + 1 + cells(shown.does) + len(SEPARATOR)
