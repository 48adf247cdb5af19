"""How a line of a log looks: time, level, source, and the text with what a search found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from lanner_console.models import LogLevel
from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.log_spool import LEVELS, SpooledLine
from lanner_console.widgets.text_fit import fit, fold, shown

WARN_LEVEL = LEVELS.index(LogLevel.WARN)
ERROR_LEVEL = LEVELS.index(LogLevel.ERROR)
SOURCE_CELLS = 14
NARROW_SOURCE_CELLS = 10

_TONES = (Tone.DIM, Tone.DIM, Tone.DIM, Tone.WARN, Tone.BAD)


class Stamps(StrEnum):
    """How the time of a line is shown."""

    OFF = "off"
    """Not at all."""
    CLOCK = "clock"
    """Time of the day here, with milliseconds."""
    SINCE_START = "since start"
    """Seconds since the first line."""
    UTC = "UTC"
    """Date and time, as in exported logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLook:
    """Everything the user can choose about the look of lines."""

    stamps: Stamps = Stamps.CLOCK
    """How times are shown."""
    is_wrapped: bool = False
    """Long lines go on below instead of beyond the edge."""
    shows_source: bool = True
    """Which task wrote it."""
    shift: int = 0
    """Cells of the text that lie left of the edge."""
    timezone: tzinfo | None = None
    """Zone of the clock; None: the machine's."""
    is_narrow: bool = False
    """There is little room: times to the second, names of tasks cut sooner."""

    def heading(self, line: SpooledLine, start_seconds: float) -> tuple[Span, ...]:
        """Give what stands before the text; it does not scroll sideways."""
        spans = []
        if stamp := self._stamp(line.at_seconds, start_seconds):
            spans.append(Span(f"{stamp} ", Tone.DIM))
        spans.append(Span(f"{LEVELS[line.level]:<5} ", _TONES[line.level]))
        if self.shows_source:
            room = NARROW_SOURCE_CELLS if self.is_narrow else SOURCE_CELLS
            spans.append(Span(fit(line.source.name, room) + " ", Tone.HOLD))
        return tuple(spans)

    def texts(self, line: SpooledLine, width: int) -> list[str]:
        """Give the lines of the screen, without the heading, that the text takes."""
        text = shown(line.text)
        return fold(text, max(width, 1)) if self.is_wrapped else [text[self.shift :]]

    def _stamp(self, at_seconds: float, start_seconds: float) -> str:
        at = datetime.fromtimestamp(at_seconds, UTC)
        match self.stamps:
            case Stamps.OFF:
                return ""
            case Stamps.CLOCK:
                here = at.astimezone(self.timezone)
                return f"{here:%H:%M:%S}" if self.is_narrow else f"{here:%H:%M:%S.%f}"[:-3]
            case Stamps.SINCE_START:
                return f"{at_seconds - start_seconds:+11.3f}"
            case Stamps.UTC:
                return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def line_text(line: SpooledLine) -> str:
    """Write a line for a file, with its time in UTC; its text as it came."""
    at = datetime.fromtimestamp(line.at_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"{at}Z {LEVELS[line.level]:<5} {line.source.name or '-'} {line.text}\n"


def ink(line: SpooledLine) -> Tone:
    """Give the tone of a line's text."""
    return _TONES[line.level] if line.level >= WARN_LEVEL else Tone.PLAIN


def highlighted(text: str, tone: Tone, pattern: re.Pattern[str] | None) -> Iterator[Span]:
    """Split the text where the pattern is found in it."""
    position = 0
    for hit in pattern.finditer(text) if pattern else ():
        if hit.start() == hit.end():
            continue
        yield Span(text[position : hit.start()], tone)
        yield Span(hit.group(), Tone.HIT)
        position = hit.end()
    yield Span(text[position:], tone)
