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
    """Give a duration, to the second where it is long."""
    if duration is None:
        return Span(glyphs.absent, Tone.DIM)
    seconds = duration.total_seconds()
    return Span(f"{seconds:.1f} s" if 0 <= seconds < 10 else duration_text(duration))


def text_cell(text: str, tone: Tone = Tone.PLAIN) -> Span:
    """Give a text from outside, harmless to the terminal."""
    return Span(shown(text), tone)


def short_id(execution_id: str) -> str:
    """Give enough of an id to tell it from its neighbours; ids that grow differ at their end."""
    return execution_id if len(execution_id) <= ID_CELLS else execution_id[:ID_CELLS]
