"""How states, times and durations look in a table."""

from __future__ import annotations

from datetime import datetime, timedelta

from lanner_console.cli.terminal import TONE_OF_STATE
from lanner_console.cli.times import duration_text
from lanner_console.glyphs import Glyphs
from lanner_console.models import State
from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace

STATE_CELLS = 11
ID_CELLS = 10
SHORT_SECONDS = 10
HOUR_SECONDS = 3600
DAY_SECONDS = 86_400


def state_sign(state: State, glyphs: Glyphs) -> Span:
    """Give the sign of a state alone."""
    return Span(glyphs.states.get(state, "?"), tone_of(state))


def state_cell(state: State, glyphs: Glyphs) -> Span:
    """Give sign and word of a state."""
    return Span(f"{glyphs.states.get(state, '?')} {state}", tone_of(state))


def tone_of(state: State) -> Tone:
    """Give the tone of a state."""
    return TONE_OF_STATE.get(state, Tone.PLAIN)


def time_cell(at: datetime | None, place: Workplace) -> Span:
    """Give a time of today as a time, another day's with its date."""
    if at is None:
        return Span(place.glyphs.absent, Tone.DIM)
    here = at.astimezone(place.timezone)
    is_today = here.date() == place.clock().astimezone(place.timezone).date()
    return Span(f"{here:%H:%M:%S}" if is_today else f"{here:%m-%d %H:%M}")


def duration_cell(duration: timedelta | None, glyphs: Glyphs) -> Span:
    """Give a duration in at most eight cells: `4.2 s`, `00:01:07`, `3 d 02 h`."""
    if duration is None:
        return Span(glyphs.absent, Tone.DIM)
    seconds = duration.total_seconds()
    if 0 <= seconds < SHORT_SECONDS:
        return Span(f"{seconds:.1f} s")
    days, rest = divmod(int(max(0, seconds)), DAY_SECONDS)
    return Span(f"{days} d {rest // HOUR_SECONDS:02d} h" if days else duration_text(duration))


def text_cell(text: str, tone: Tone = Tone.PLAIN) -> Span:
    """Give a text from outside, harmless to the terminal."""
    return Span(shown(text), tone)
