"""Writes dates the way Java's DateTimeFormatter does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java import dates
from lanner_coordinator.flow.expression.java.date_names import DateNames, date_names, zone_name
from lanner_coordinator.flow.expression.java.date_patterns import NAMED_PATTERNS, Piece, pieces

_TEXT_WIDTH = 3
_FULL_WIDTH = 4
_NARROW_WIDTH = 5
_NANOS = 9


def format_date(moment: dt.datetime, pattern: str, locale: str | None = None) -> str:
    """Write an aware date and time in a named format or a pattern.

    Raises:
        ExpressionValueError: The format or the locale is not known.
    """
    named = _NAMED.get(pattern)
    if named is not None:
        return named(moment)
    names = date_names(locale)
    if names is None:
        raise ExpressionValueError(f"No names of months and days are known for '{locale}'")
    parts = pieces(NAMED_PATTERNS.get(pattern, pattern))
    return _Writer(moment, names).write(parts)


class _Writer:
    def __init__(self, moment: dt.datetime, names: DateNames) -> None:
        self.moment = moment
        self.names = names

    def write(self, parts: tuple[Piece, ...]) -> str:
        return "".join(map(self._piece, parts))

    def _piece(self, piece: Piece) -> str:
        if piece.letter == "[":
            return self.write(piece.optional)
        if not piece.letter:
            return piece.literal
        number = _NUMBERS.get(piece.letter)
        if number is not None:
            return str(number(self.moment)).zfill(piece.count)
        return _FIELDS[piece.letter](self, piece.count)

    def year(self, count: int) -> str:
        year = self.moment.year
        return f"{year % 100:02}" if count == 2 else str(year).zfill(count)

    def era(self, count: int) -> str:
        return {4: "Anno Domini", 5: "A"}.get(count, "AD")

    def month(self, count: int) -> str:
        month = self.moment.month
        if count < _TEXT_WIDTH:
            return str(month).zfill(count)
        if count == _TEXT_WIDTH:
            return self.names.short_months[month - 1]
        name = self.names.months[month - 1]
        return name[:1].upper() if count == _NARROW_WIDTH else name

    def quarter(self, count: int) -> str:
        quarter = (self.moment.month - 1) // 3 + 1
        if count < _TEXT_WIDTH:
            return str(quarter).zfill(count)
        ordinal = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}[quarter]
        return f"Q{quarter}" if count == _TEXT_WIDTH else f"{ordinal} quarter"

    def day_name(self, count: int) -> str:
        day = self.moment.weekday()
        if count <= _TEXT_WIDTH:
            return self.names.short_days[day]
        name = self.names.days[day]
        return name[:1].upper() if count == _NARROW_WIDTH else name

    def local_day(self, count: int) -> str:
        if count >= _TEXT_WIDTH:
            return self.day_name(count)
        day = (self.moment.isoweekday() - self.names.week_starts_on) % 7 + 1
        return str(day).zfill(count)

    def _week(self) -> tuple[int, int]:
        """Return year and number of the week by the rules of the locale."""
        day = self.moment.date()
        for year in (day.year + 1, day.year, day.year - 1):
            start = self._first_week(year)
            if start is not None and start <= day:
                return year, (day - start).days // 7 + 1
        return day.year, 1

    def _first_week(self, year: int) -> dt.date | None:
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            return None
        first = dt.date(year, 1, 1)
        back = (first.isoweekday() - self.names.week_starts_on) % 7
        shift = -back if 7 - back >= self.names.first_week_days else 7 - back
        try:
            return first + dt.timedelta(days=shift)
        except OverflowError:
            return first

    def week_year(self, count: int) -> str:
        year = self._week()[0]
        return f"{year % 100:02}" if count == 2 else str(year).zfill(count)

    def week(self, count: int) -> str:
        return str(self._week()[1]).zfill(count)

    def week_of_month(self, count: int) -> str:
        first = self.moment.date().replace(day=1)
        back = (first.isoweekday() - self.names.week_starts_on) % 7
        week = (self.moment.day + back - 1) // 7 + 1
        week -= 7 - back < self.names.first_week_days
        return str(week).zfill(count)

    def fraction(self, count: int) -> str:
        return f"{self.moment.microsecond:06}".ljust(_NANOS, "0")[:count].ljust(count, "0")

    def half_day(self, count: int) -> str:
        return "AM" if self.moment.hour < 12 else "PM"

    def day_period(self, count: int) -> str:
        hour = self.moment.hour
        if hour < 6 or hour >= 21:
            return "at night"
        return "in the " + ("morning" if hour < 12 else "afternoon" if hour < 18 else "evening")

    def zone_id(self, count: int) -> str:
        zone = self.moment.tzinfo
        if isinstance(zone, ZoneInfo):
            return zone.key
        return "UTC" if zone is dt.UTC else dates.offset_text(self.moment)

    def zone_name(self, count: int) -> str:
        short = self.moment.tzname() or ""
        if short.startswith("UTC") and len(short) > _TEXT_WIDTH:
            return dates.offset_text(self.moment)
        return zone_name(short) if count >= _FULL_WIDTH else short

    def localized_offset(self, count: int) -> str:
        text = dates.offset_text(self.moment, zero="")
        if count >= _FULL_WIDTH or not text:
            return "GMT" + text
        hours, minutes = text[1:3], text[4:6]
        return f"GMT{text[0]}{int(hours)}" + (f":{minutes}" if minutes != "00" else "")

    def offset_or_z(self, count: int) -> str:
        return self.offset(count, zero="Z")

    def offset(self, count: int, zero: str = "") -> str:
        full = dates.offset_text(self.moment, zero="+00:00")
        if zero and not self.moment.utcoffset():
            return zero
        if count == 1:
            return full[:3] + (full[4:6] if full[4:6] != "00" else "")
        short = full[:6] if count in (2, 3) else full
        return short if count in (3, 5) else short.replace(":", "")

    def plain_offset(self, count: int) -> str:
        if count == _FULL_WIDTH:
            return self.localized_offset(_FULL_WIDTH)
        if count == _NARROW_WIDTH:
            return self.offset(3, zero="Z")
        return self.offset(2)


def _day_micros(moment: dt.datetime) -> int:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


_NUMBERS: dict[str, Callable[[dt.datetime], int]] = {
    "D": lambda moment: moment.timetuple().tm_yday,
    "d": lambda moment: moment.day,
    "F": lambda moment: (moment.day - 1) // 7 + 1,
    "h": lambda moment: (moment.hour - 1) % 12 + 1,
    "K": lambda moment: moment.hour % 12,
    "k": lambda moment: (moment.hour - 1) % 24 + 1,
    "H": lambda moment: moment.hour,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
    "A": lambda moment: _day_micros(moment) // 1000,
    "n": lambda moment: moment.microsecond * 1000,
    "N": lambda moment: _day_micros(moment) * 1000,
}

_FIELDS: dict[str, Callable[[_Writer, int], str]] = {
    "G": _Writer.era,
    "u": _Writer.year,
    "y": _Writer.year,
    "M": _Writer.month,
    "L": _Writer.month,
    "Q": _Writer.quarter,
    "q": _Writer.quarter,
    "Y": _Writer.week_year,
    "w": _Writer.week,
    "W": _Writer.week_of_month,
    "E": _Writer.day_name,
    "e": _Writer.local_day,
    "c": _Writer.local_day,
    "a": _Writer.half_day,
    "B": _Writer.day_period,
    "S": _Writer.fraction,
    "V": _Writer.zone_id,
    "v": _Writer.zone_name,
    "z": _Writer.zone_name,
    "O": _Writer.localized_offset,
    "X": _Writer.offset_or_z,
    "x": _Writer.offset,
    "Z": _Writer.plain_offset,
}


def _iso_time(moment: dt.datetime) -> str:
    text = f"{moment:%H:%M:%S}"
    fraction = f"{moment.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}" if fraction else text


def _iso_offset_date_time(moment: dt.datetime) -> str:
    return f"{dates.date_text(moment)}T{_iso_time(moment)}{dates.offset_text(moment)}"


def _iso_zoned(moment: dt.datetime) -> str:
    zone = moment.tzinfo
    region = zone.key if isinstance(zone, ZoneInfo) else ""
    return _iso_offset_date_time(moment) + (f"[{region}]" if region else "")


def _iso_week(moment: dt.datetime) -> str:
    year, week, day = moment.isocalendar()
    return f"{year:04}-W{week:02}-{day}{dates.offset_text(moment)}"


def _instant(moment: dt.datetime) -> str:
    return dates.zoned_text(moment.astimezone(dt.UTC))


def _rfc_1123(moment: dt.datetime) -> str:
    names = date_names("en_US")
    if names is None:
        raise ExpressionValueError("English is not known")
    offset = dates.offset_text(moment, zero="GMT").replace(":", "")
    day, month = names.short_days[moment.weekday()], names.short_months[moment.month - 1]
    return f"{day}, {moment.day} {month} {moment.year:04} {moment:%H:%M:%S} {offset}"


_NAMED: dict[str, Callable[[dt.datetime], str]] = {
    "iso_date_time": _iso_zoned,
    "iso_zoned_date_time": _iso_zoned,
    "iso_offset_date_time": _iso_offset_date_time,
    "iso_date": lambda moment: dates.date_text(moment) + dates.offset_text(moment),
    "iso_time": lambda moment: _iso_time(moment) + dates.offset_text(moment),
    "iso_local_date": dates.date_text,
    "iso_instant": _instant,
    "iso_local_date_time": lambda moment: f"{dates.date_text(moment)}T{_iso_time(moment)}",
    "iso_local_time": _iso_time,
    "iso_offset_time": lambda moment: _iso_time(moment) + dates.offset_text(moment),
    "iso_ordinal_date": lambda moment: f"{moment:%Y-%j}" + dates.offset_text(moment),
    "iso_week_date": _iso_week,
    "rfc_1123_date_time": _rfc_1123,
}
