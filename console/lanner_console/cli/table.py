"""Tables: what a column shows of a row, and rows as aligned text or CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
        is_flexible: Whether it is cut where the line is too long.
        is_key: Whether it is shown whole however narrow the line is.
    """

    name: str
    value: Callable[[Row], object]
    is_wide: bool = False
    is_flexible: bool = False
    is_key: bool = False


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
    """Rows as lines of aligned cells.

    Where a line has a limit, flexible columns give way first; then the last columns are left out,
    but never a key.
    """
    drawn = [_drawn(column, rows, look, has_header=has_header) for column in columns]
    if look.line_width is not None:
        drawn = _fitted(drawn, look.line_width)
    lines = zip(*(column.cells(look) for column in drawn), strict=True)
    return [GAP.join(line).rstrip() for line in lines]


def csv_text(
    columns: Sequence[Column[Row]], rows: Sequence[Row], *, has_header: bool = True
) -> str:
    """Rows as CSV (RFC 4180 with line feeds); instants are ISO, durations seconds."""
    import csv
    import io

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


def _drawn(
    column: Column[Row], rows: Sequence[Row], look: Look, *, has_header: bool
) -> _DrawnColumn:
    values = [column.value(row) for row in rows]
    texts = [cell_text(value, look) for value in values]
    tones = [_tone(value) for value in values]
    if has_header:
        texts.insert(0, column.name.upper())
        tones.insert(0, Tone.DIM)
    widest = max(map(width, texts), default=0)
    return _DrawnColumn(
        texts=texts,
        tones=tones,
        width=widest,
        is_flexible=column.is_flexible,
        is_key=column.is_key,
    )


def _fitted(drawn: list[_DrawnColumn], line_width: int) -> list[_DrawnColumn]:
    """The columns that fit a line, at widths that fit."""
    too_much = _line_width(drawn) - line_width
    fitted = list(drawn)
    for place in reversed(range(len(drawn))):
        column = drawn[place]
        if too_much > 0 and column.is_flexible:
            given = min(too_much, max(column.width - LEAST_CUT_WIDTH, 0))
            fitted[place] = replace(column, width=column.width - given)
            too_much -= given
    while _line_width(fitted) > line_width and not all(column.is_key for column in fitted):
        last = max(place for place, column in enumerate(fitted) if not column.is_key)
        del fitted[last]
    return fitted


def _line_width(drawn: Sequence[_DrawnColumn]) -> int:
    return sum(column.width for column in drawn) + len(GAP) * (len(drawn) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DrawnColumn:
    """A column's texts and the width they get."""

    texts: Sequence[str]
    tones: Sequence[Tone]
    width: int
    is_flexible: bool
    is_key: bool

    def cells(self, look: Look) -> list[str]:
        """The texts, cut, coloured and padded."""
        sign = "~" if look.is_ascii else "…"
        cells: list[str] = []
        for text, tone in zip(self.texts, self.tones, strict=True):
            kept = cut(text, self.width, sign=sign)
            cells.append(look.paint(kept, tone) + " " * (self.width - width(kept)))
        return cells
