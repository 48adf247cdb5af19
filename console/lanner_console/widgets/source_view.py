"""The source of a flow, with line numbers, to be read."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size

from lanner_console.keymap import SOURCE
from lanner_console.tones import Tone
from lanner_console.widgets.line_area import BLANK, Line, LineArea, Span
from lanner_console.widgets.text_fit import shown
from lanner_console.widgets.yaml_spans import yaml_spans


class SourceView(LineArea):
    """Lines of YAML."""

    BINDINGS: ClassVar[list[BindingType]] = [*SOURCE]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[str] = []

    def show(self, source: str) -> None:
        """Show a source from its first line on."""
        self._lines = source.rstrip("\n").split("\n")
        self._fit_size()
        self.scroll_to(y=0, animate=False, force=True)
        self.repaint()

    def compose_line(self, y: int) -> Line:
        """Number and colour a line."""
        index = self.top + y
        if index >= len(self._lines):
            return BLANK
        number = Span(f"{index + 1:>4}  ", Tone.DIM)
        return Line((number, *yaml_spans(shown(self._lines[index]))))

    def on_resize(self) -> None:
        """Fit the scroll bar."""
        super().on_resize()
        self._fit_size()
        self.refresh()

    def _fit_size(self) -> None:
        size = Size(self.line_width, len(self._lines))
        if self.virtual_size != size:
            self.virtual_size = size

    def _scroll_by(self, lines: int) -> None:
        self.scroll_to(y=self.top + lines, animate=False, force=True)

    def action_line_down(self) -> None:
        """Scroll a line down."""
        self._scroll_by(1)

    def action_line_up(self) -> None:
        """Scroll a line up."""
        self._scroll_by(-1)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self._scroll_by(self.line_count - 1)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self._scroll_by(1 - self.line_count)

    def action_first(self) -> None:
        """Go to the first line."""
        self._scroll_by(-self.top)

    def action_last(self) -> None:
        """Go to the last line."""
        self._scroll_by(len(self._lines))
