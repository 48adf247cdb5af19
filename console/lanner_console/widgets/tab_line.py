"""A line of tabs: the one that is shown stands out, a click shows another one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Line, Span
from lanner_console.widgets.one_line import OneLine

GAP = 2


class TabLine(OneLine):
    """Names of tabs."""

    class Picked(Message):
        """A tab is to be shown."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tabs = tabs
        self.active = tabs[0]

    def activate(self, tab: str) -> None:
        """Show which tab is shown."""
        self.active = tab
        self.repaint()

    def beside(self, step: int) -> str:
        """Give the tab so many steps to the right of the active one."""
        return self._tabs[(self._tabs.index(self.active) + step) % len(self._tabs)]

    def compose_line(self, y: int) -> Line:
        """Write the names."""
        spans = [Span(" ")]
        for tab in self._tabs:
            is_active = tab == self.active
            before, after = ("[", "]") if is_active else (" ", " ")
            spans.append(Span(before, Tone.KEY))
            spans.append(Span(tab.capitalize(), Tone.STRONG if is_active else Tone.DIM))
            spans.append(Span(after, Tone.KEY))
        return Line(tuple(spans))

    def on_click(self, event: events.Click) -> None:
        """Ask for the tab that was clicked."""
        edge = 1
        for tab in self._tabs:
            edge += len(tab) + GAP
            if event.x < edge:
                self.post_message(self.Picked(tab))
                return
