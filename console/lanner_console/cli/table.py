"""Tables: what a column shows of a row, and rows as aligned text or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from lanner_console.cli.terminal import TONE_OF_STATE
from lanner_console.cli.times import TimeFormat, duration_text, instant_text, iso_text
from lanner_console.cli.visible import cut, visible, width
from lanner_console.glyphs import ASCII, UNICODE
from lanner_console.models import State
from lanner_console.tones import Tone

Row = TypeVar("Row")
GAP = "  "
LEAST_CUT_WIDTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        name: Lower case; its title is in upper case.
        value: Of a row: text, number, state, instant, duration, labels or nothing.
        is_wide: Whether only the wide form shows it.
        is_flexible: Whether it is cut first where the line is too long.
    """

    name: str
    value: Callable[[Row], object]
    is_wide: bool = False
    is_flexible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How cells are written.

    Attributes:
        time: Form of instants.
        now: For relative instants.
        is_ascii: Whether only ASCII may be written.
        line_width: Cells of a line; absent: nothing is cut.
        paint: Colours text by its meaning.
    """

    time: TimeFormat
    now: datetime
    is_ascii: bool = False
    line_width: int | None = None
    paint: Callable[[str, Tone], str] = lambda text, _tone: text


def table_lines(
    columns: Sequence[Column[Row]], rows: Sequence[Row], look: Look, *, has_header: bool = True
) -> list[str]:
    """Rows as lines of aligned cells."""
    header = [[column.name.upper() for column in columns]] if has_header else []
    values = [[column.value(row) for column in columns] for row in rows]
    cells = header + [[cell_text(value, look) for value in line] for line in values]
    widths = [
        max((width(line[place]) for line in cells), default=0) for place in range(len(columns))
    ]
    if look.line_width is not None:
        widths = _fitted(columns, widths, look.line_width)
    tones = [[Tone.DIM] * len(columns)] * len(header)
    tones += [[_tone(value) for value in line] for line in values]
    return [_line(line, widths, tone, look) for line, tone in zip(cells, tones, strict=True)]


def csv_text(
    columns: Sequence[Column[Row]], rows: Sequence[Row], *, has_header: bool = True
) -> str:
    """Rows as CSV (RFC 4180 with line feeds); instants are ISO, durations seconds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if has_header:
        writer.writerow([column.name.lower().replace(" ", "_") for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column.value(row)) for column in columns])
    return text.getvalue()


def cell_text(value: object, look: Look) -> str:
    """A value for people, on one line, harmless to a terminal."""
    match value:
        case None | "":
            return "-"
        case State():
            glyphs = ASCII if look.is_ascii else UNICODE
            return f"{glyphs.states.get(value, '?')} {value}"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return instant_text(value, look.time, look.now)
        case timedelta():
            return duration_text(value)
        case Mapping():
            pairs = ",".join(f"{key}={item}" for key, item in value.items())
            return visible(pairs, ascii_only=look.is_ascii) or "-"
        case _:
            return visible(str(value), ascii_only=look.is_ascii)


def _csv_cell(value: object) -> object:
    match value:
        case datetime():
            return iso_text(value)
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return ",".join(f"{key}={item}" for key, item in value.items())
        case bool():
            return str(value).lower()
        case None:
            return ""
        case _:
            return value


def _tone(value: object) -> Tone:
    return TONE_OF_STATE.get(value, Tone.PLAIN) if isinstance(value, State) else Tone.PLAIN


def _fitted(columns: Sequence[Column[Row]], widths: list[int], line_width: int) -> list[int]:
    """Widths that fit a line: flexible columns give way first, then the last ones."""
    fitted = list(widths)
    too_much = sum(fitted) + len(GAP) * (len(fitted) - 1) - line_width
    places = sorted(range(len(fitted)), key=lambda at: (not columns[at].is_flexible, -at))
    for place in places:
        if too_much <= 0:
            break
        given = min(too_much, max(fitted[place] - LEAST_CUT_WIDTH, 0))
        fitted[place] -= given
        too_much -= given
    return fitted


def _line(cells: Sequence[str], widths: Sequence[int], tones: Sequence[Tone], look: Look) -> str:
    sign = "~" if look.is_ascii else "…"
    parts: list[str] = []
    for place, (cell, cells_wide, tone) in enumerate(zip(cells, widths, tones, strict=True)):
        text = cut(cell, cells_wide, sign=sign)
        is_last = place == len(cells) - 1
        padding = "" if is_last else " " * (cells_wide - width(text))
        parts.append(look.paint(text, tone) + padding)
    return GAP.join(parts).rstrip()
