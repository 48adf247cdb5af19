"""A log with the facts about it above, and a field below for what is searched or filtered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from lanner_console.glyphs import Glyphs
from lanner_console.keymap import SEARCH
from lanner_console.models import LogLine
from lanner_console.tones import Tone
from lanner_console.widgets.filter_bar import FilterBar
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.log_lines import LineLook, Stamps, line_text
from lanner_console.widgets.log_spool import LEVELS
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.virtual_log import VirtualLog

SEARCH_WORD = "search"
FILTER_WORD = "filter"
SLICE_LINES = 5000


class LogPanel(Vertical):
    """A log, its facts and its field."""

    BINDINGS: ClassVar[list[BindingType]] = [*SEARCH]

    class CopyAsked(Message):
        """A line is to be copied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class SaveAsked(Message):
        """The lines that the filter lets through are to be saved."""

        def __init__(self, panel: LogPanel) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, glyphs: Glyphs, look: LineLook, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._look = look
        self._asked = SEARCH_WORD

    def compose(self) -> ComposeResult:
        """Lay out the facts, the log and the field."""
        yield OneLine(id="log-facts")
        log = VirtualLog(glyphs=self._glyphs)
        log.look = self._look
        yield log
        yield FilterBar()

    @property
    def log_view(self) -> VirtualLog:
        """The log."""
        return self.query_one(VirtualLog)

    def append(self, lines: Sequence[LogLine]) -> None:
        """Add lines at the end."""
        self.log_view.append(lines)

    def show_source(self, source_id: str | None) -> None:
        """Show the lines of one task run, or of all."""
        log = self.log_view
        if log.criterion.source_id != source_id:
            log.set_look(replace(log.look, shows_source=source_id is None))
            log.filter(replace(log.criterion, source_id=source_id))

    def on_log_view_changed(self) -> None:
        """Tell the facts."""
        log, dot = self.log_view, Span(f" {self._glyphs.separator} ", Tone.DIM)
        spans = [Span(" ")]
        for fact in self._facts(log):
            spans += [fact, dot]
        lines = f"{log.row_count:,} of {len(log.spool):,}" if log.shown else f"{len(log.spool):,}"
        dropped = log.spool.dropped_count
        right = [Span(f"{dropped:,} dropped ", Tone.WARN)] if dropped else []
        right.append(Span(f"{lines} lines ".replace(",", " "), Tone.DIM))
        self.query_one("#log-facts", OneLine).say(spans[:-1], right)

    def _facts(self, log: VirtualLog) -> list[Span]:
        is_following = log.is_following
        follow = f"follow {self._glyphs.on}" if is_following else f"follow {self._glyphs.off}"
        facts = [Span(follow, Tone.LIVE if is_following else Tone.DIM)]
        if log.criterion.min_level:
            facts.append(Span(f"{LEVELS[log.criterion.min_level]}+"))
        if log.criterion.text:
            facts.append(Span(f"&{log.criterion.text}", Tone.WARN))
        if log.hits:
            facts.append(Span(f"/{log.hits.criterion.text} {log.hit_count} hits", Tone.KEY))
        if log.look.is_wrapped:
            facts.append(Span("wrap", Tone.DIM))
        if log.look.stamps is not Stamps.CLOCK:
            facts.append(Span(f"time {log.look.stamps}", Tone.DIM))
        return facts

    def action_search(self) -> None:
        """Type what is to be found; the last text is there to be changed."""
        self._asked = SEARCH_WORD
        hits = self.log_view.hits
        self.query_one(FilterBar).open("/", hits.criterion.text if hits else "")

    def action_filter(self) -> None:
        """Type what lines must hold; the last text is there to be changed."""
        self._asked = FILTER_WORD
        self.query_one(FilterBar).open("&", self.log_view.criterion.text)

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        """Search while the text is typed."""
        message.stop()
        self._use(message.text)

    def on_filter_bar_applied(self, message: FilterBar.Applied) -> None:
        """Search or filter, and go back to the log."""
        message.stop()
        self._use(message.text)
        self.log_view.focus()
        if self._asked == SEARCH_WORD and message.text:
            self.log_view.action_next_hit()

    def on_filter_bar_closed(self, message: FilterBar.Closed) -> None:
        """Take the search or the filter off."""
        message.stop()
        self._use("")
        self.log_view.focus()

    def _use(self, text: str) -> None:
        log = self.log_view
        if self._asked == SEARCH_WORD:
            log.search(text)
        else:
            log.filter(replace(log.criterion, text=text))

    def action_copy(self) -> None:
        """Ask for a copy of the line that was jumped to, or else of the first on the screen."""
        log = self.log_view
        if len(log.spool) and log.row_count:
            self.post_message(self.CopyAsked(log.spool.line(log.here).text))

    def action_save(self) -> None:
        """Ask for the lines to be saved."""
        self.post_message(self.SaveAsked(self))

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give all lines that the filter lets through, with times in UTC, as a text file."""
        log = self.log_view
        for first in range(0, log.row_count, SLICE_LINES):
            rows = range(first, min(first + SLICE_LINES, log.row_count))
            numbers = rows if log.shown is None else (log.shown.numbers[row] for row in rows)
            yield "".join(line_text(log.spool.line(number)) for number in numbers).encode()
            await asyncio.sleep(0)  # keys first, then the next slice
