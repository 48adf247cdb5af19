"""The ground of every large widget: it is asked for lines and repaints only those that differ.

A terminal over SSH pays for every repainted line, and Textual repaints all of a widget that calls
`refresh()`. So a widget here says what each visible line holds (`compose_line`), and `repaint`
compares that with what is on the screen. The cost of both is the height of the screen, never the
amount of data behind it.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip

from lanner_console.tones import Fill, Tone
from lanner_console.widgets.text_fit import ascii_cells

ASCII_CLASS = "-ascii"
"""Class of the app where the terminal shows nothing but ASCII."""


class PlainScrollBar(ScrollBarRender):
    """A scroll bar without the blocks that make its ends finer than a line."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Span(NamedTuple):
    """A piece of a line in one tone."""

    text: str
    """Printable text."""
    tone: Tone = Tone.PLAIN
    """Its meaning."""


class Line(NamedTuple):
    """What one line of the screen shows; equal lines look alike."""

    spans: tuple[Span, ...]
    """From left to right."""
    fill: Fill = Fill.NONE
    """What lies behind the whole line."""


BLANK = Line(())


class LineArea(ScrollView, can_focus=True):
    """A scrollable widget that paints line by line and only what changed."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"tone--{tone}" for tone in Tone),
        *(f"fill--{fill}" for fill in Fill),
    }

    DEFAULT_CSS = """
    LineArea {
        height: 1fr;
        background: $background;
        scrollbar-size: 1 1;
        scrollbar-gutter: stable;

        & > .tone--dim { color: $text-muted; }
        & > .tone--strong { text-style: bold; }
        & > .tone--good { color: $text-success; }
        & > .tone--bad { color: $text-error; }
        & > .tone--warn { color: $text-warning; }
        & > .tone--live { color: $text-accent; }
        & > .tone--hold { color: $text-secondary; }
        & > .tone--key { color: $text-primary; }
        & > .tone--hit { color: $background; background: $warning; }
        & > .fill--header { color: $text-muted; text-style: bold; }
        & > .fill--cursor { background: $primary 35%; text-style: bold; }
        & > .fill--cursor-blurred { background: $surface-lighten-1; }
        & > .fill--alarm { background: $error 40%; text-style: bold; }
        & > .fill--marked { background: $secondary 20%; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown: dict[int, Line] = {}
        self._ready: dict[int, Line] = {}  # composed by the last `repaint`, about to be painted
        self._styles: dict[tuple[Tone, Fill], Style] = {}
        self.painted_line_count = 0
        """Lines painted so far: the measure of this widget's work."""

    @property
    def line_width(self) -> int:
        """Cells of one line."""
        return self.scrollable_content_region.width

    @property
    def line_count(self) -> int:
        """Lines on the screen."""
        return self.scrollable_content_region.height

    @property
    def top(self) -> int:
        """First scrolled line on the screen."""
        return round(self.scroll_y)

    def compose_line(self, y: int) -> Line:
        """Say what line `y` of the screen holds; 0 is the first one."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint the lines that no longer show what they should."""
        lines = ((y, self.compose_line(y)) for y in range(self.line_count))
        self._ready = {y: line for y, line in lines if self._shown.get(y) != line}
        if self._ready:
            self.refresh(*(Region(0, y, self.line_width, 1) for y in self._ready))

    def render_line(self, y: int) -> Strip:
        """Paint one line; Textual calls this."""
        line = self._ready.pop(y, None) or self.compose_line(y)
        self._shown[y] = line
        self.painted_line_count += 1
        return self._strip(line)

    def notify_style_update(self) -> None:
        """Forget the styles of the former theme."""
        self._styles.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Forget what was painted: every line is another one now."""
        self._shown.clear()
        self._ready.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget what was composed: it has moved."""
        self._ready.clear()
        super().watch_scroll_y(old_value, new_value)

    def on_mount(self) -> None:
        """Draw the scroll bar so that the terminal can show it."""
        if self._is_ascii:
            self.vertical_scrollbar.renderer = PlainScrollBar  # type: ignore[misc]  # of this bar only

    @property
    def _is_ascii(self) -> bool:
        return self.app.has_class(ASCII_CLASS)

    def _strip(self, line: Line) -> Strip:
        spans = line.spans
        if self._is_ascii:
            spans = tuple(Span(ascii_cells(span.text), span.tone) for span in spans)
        segments = [Segment(span.text, self._style(span.tone, line.fill)) for span in spans]
        return Strip(segments).adjust_cell_length(
            self.line_width, self._style(Tone.PLAIN, line.fill)
        )

    def _style(self, tone: Tone, fill: Fill) -> Style:
        found = self._styles.get((tone, fill))
        if found is None:
            # Of the fill the ground, of the tone the ink: a cursor must not hide a failure.
            ground = self.get_component_rich_style(f"fill--{fill}")
            ink = self.get_component_rich_style(f"tone--{tone}")
            has_ground = fill is not Fill.NONE and tone is not Tone.HIT
            found = self._styles[tone, fill] = ink + Style(
                color=ground.color if has_ground and tone is Tone.PLAIN else None,
                bgcolor=ground.bgcolor if has_ground else None,
                bold=ground.bold or None,
            )
        return found
