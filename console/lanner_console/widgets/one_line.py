"""One line of facts: something at the left, something at the right, and a gap between them."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_console.tones import Fill
from lanner_console.widgets.line_area import Line, LineArea, Span
from lanner_console.widgets.text_fit import cells, fit


class OneLine(LineArea, can_focus=False):
    """A line that is repainted when, and only when, it says something else."""

    DEFAULT_CSS = """
    OneLine { height: 1; overflow: hidden hidden; scrollbar-size: 0 0; scrollbar-gutter: auto; }
    """

    def __init__(self, *, id: str | None = None, fill: Fill = Fill.NONE) -> None:
        super().__init__(id=id)
        self._fill = fill
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()

    def say(
        self, left: Sequence[Span], right: Sequence[Span] = (), fill: Fill | None = None
    ) -> None:
        """Show these spans from now on."""
        self._left, self._right = tuple(left), tuple(right)
        self._fill = self._fill if fill is None else fill
        self.repaint()

    def compose_line(self, y: int) -> Line:
        """Lay out both sides; the right one stays whole."""
        gap = 1 if self._right else 0
        room = self.line_width - sum(cells(span.text) for span in self._right) - gap
        spans = []
        for span in self._left:
            if room <= 0:
                break
            size = cells(span.text)
            spans.append(span if size <= room else Span(fit(span.text, room), span.tone))
            room -= size
        return Line((*spans, Span(" " * (max(0, room) + gap)), *self._right), self._fill)
