"""When each task waited and ran: a chart whose rows are those of the task tree beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from textual import events
from textual.message import Message

from lanner_console.glyphs import Glyphs
from lanner_console.models import State
from lanner_console.screens.cells import tone_of
from lanner_console.screens.task_rows import TaskRow
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import BLANK, Line, LineArea, Span
from lanner_console.widgets.text_fit import fit, shown

TICK_CELLS = 16
FOOT_LINES = 2
LEAST_NOTE_CELLS = 12
SHORTEST = timedelta(seconds=1)


class Gantt(LineArea, can_focus=False):
    """Bars over a common scale of time; the row is the target of a click, not the bar."""

    DEFAULT_CSS = """
    Gantt { overflow: hidden hidden; scrollbar-size: 0 0; scrollbar-gutter: auto; padding: 0 1; }
    """

    class Picked(Message):
        """A row was clicked; `chain` counts the clicks."""

        def __init__(self, index: int, chain: int) -> None:
            super().__init__()
            self.index = index
            self.chain = chain

    def __init__(
        self,
        glyphs: Glyphs,
        now: Callable[[], datetime],
        timezone: tzinfo | None,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._now = now
        self._timezone = timezone
        self._rows: Sequence[TaskRow] = ()
        self._first = 0
        self._cursor = 0

    def show(self, rows: Sequence[TaskRow], *, first: int, cursor: int) -> None:
        """Show the rows from `first` on, as the tree does."""
        self._rows, self._first, self._cursor = rows, first, cursor
        self.repaint()

    def compose_line(self, y: int) -> Line:
        """Give the scale, a row, or the foot: a remark on the chosen row, and the legend."""
        start, end = self._span()
        if start is None:
            return Line((Span("Nothing has run yet", Tone.DIM),)) if y == 1 else BLANK
        if y == 0:
            return Line((Span(self._scale(start, end)),), Fill.HEADER)
        foot = y - (self.line_count - FOOT_LINES)
        if foot >= 0 and len(self._rows) + 1 + FOOT_LINES <= self.line_count:
            return self._legend() if foot else self._remark()
        index = self._first + y - 1
        if index >= len(self._rows):
            return BLANK
        fill = Fill.CURSOR_BLURRED if index == self._cursor else Fill.NONE
        return Line(self._bar(self._rows[index], start, end), fill)

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        index = self._first + event.y - 1
        if event.y >= 1 and index < len(self._rows):
            self.post_message(self.Picked(index, event.chain))

    def _span(self) -> tuple[datetime | None, datetime]:
        now = self._now()
        phases = [phase for row in self._rows for phase in row.phases]
        start = min((phase.start for phase in phases), default=None)
        if start is None:
            return None, now
        end = max(phase.end or now for phase in phases)
        return start, max(end, start + SHORTEST)

    def _scale(self, start: datetime, end: datetime) -> str:
        width = self.line_width
        step = (end - start) / max(1, width)
        is_short = end - start < timedelta(seconds=20)
        ticks = []
        for cell in range(0, width, TICK_CELLS):
            at = (start + step * cell).astimezone(self._timezone)
            written = f"{at:%H:%M:%S.%f}"[:-5] if is_short else f"{at:%H:%M:%S}"
            ticks.append(fit(written, min(TICK_CELLS, width - cell)))
        return "".join(ticks)

    def _bar(self, row: TaskRow, start: datetime, end: datetime) -> tuple[Span, ...]:
        width, whole, now = self.line_width, end - start, self._now()
        cells = [" "] * width
        for phase in row.phases:
            first = min(width - 1, int((phase.start - start) / whole * width))
            last = int(((phase.end or now) - start) / whole * width)
            sign = str(getattr(self._glyphs, phase.kind))
            for cell in range(first, max(first + 1, min(width, last))):
                cells[cell] = sign
        bar = "".join(cells).rstrip()
        return (*self._spans(bar, row), *self._note(row, width - len(bar)))

    def _spans(self, bar: str, row: TaskRow) -> Iterator[Span]:
        """Split a bar where its meaning changes, so that each stretch has its own tone."""
        tones = {
            self._glyphs.ran: Tone.LIVE if not row.state.is_terminal else _ran_tone(row),
            self._glyphs.failed: Tone.BAD,
            self._glyphs.waited: Tone.DIM,
            self._glyphs.pause: Tone.HOLD,
        }
        position = 0
        while position < len(bar):
            end = position
            while end < len(bar) and bar[end] == bar[position]:
                end += 1
            yield Span(bar[position:end], tones.get(bar[position], Tone.PLAIN))
            position = end

    def _note(self, row: TaskRow, room: int) -> Iterator[Span]:
        if row.note and room > LEAST_NOTE_CELLS:
            yield Span(" " + fit(shown(row.note), room - 2), Tone.DIM)

    def _remark(self) -> Line:
        row = self._rows[self._cursor] if self._cursor < len(self._rows) else None
        if row is None or not row.note:
            return BLANK
        text = fit(shown(f"{row.name}: {row.note}"), self.line_width)
        return Line((Span(text, Tone.BAD if row.state is State.FAILED else Tone.HOLD),))

    def _legend(self) -> Line:
        glyphs = self._glyphs
        signs = (
            (glyphs.waited, "waited", Tone.DIM),
            (glyphs.ran, "ran", Tone.GOOD),
            (glyphs.failed, "failed", Tone.BAD),
            (glyphs.pause, "retry wait", Tone.HOLD),
        )
        spans = []
        for sign, word, tone in signs:
            spans += [Span(sign, tone), Span(f" {word}   ", Tone.DIM)]
        return Line(tuple(spans))


def _ran_tone(row: TaskRow) -> Tone:
    # An attempt that ran within a task that failed later is told by its own sign.
    tone = tone_of(row.state)
    return Tone.GOOD if tone is Tone.BAD else tone
