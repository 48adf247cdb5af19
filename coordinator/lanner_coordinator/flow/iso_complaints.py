"""Why Kestra takes a text for no date, time or instant, in the words of java.time.

People search the web for these texts, and clients of Kestra compare them.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass

_LONGEST_SHOWN = 64
_YEAR_DIGITS = (4, 10)


def date_complaint(text: str) -> str:
    """What is wrong with a text as a date (`2024-12-20`); empty: nothing."""
    scan = _Scan(text)
    try:
        year, month, day = scan.date()
        scan.end()
        _check_date(text, year, month, day)
    except _RefusedError as refused:
        return str(refused)
    return ""


def time_complaint(text: str) -> str:
    """What is wrong with a text as a time of day (`10:00`, `10:00:05.25`); empty: nothing."""
    scan = _Scan(text)
    try:
        hour, minute, second = scan.time(needs_seconds=False)
        scan.end()
        _check_range(text, "HourOfDay", (0, 23), hour)
        _check_range(text, "MinuteOfHour", (0, 59), minute)
        _check_range(text, "SecondOfMinute", (0, 59), second)
    except _RefusedError as refused:
        return str(refused)
    return ""


def instant_complaint(text: str) -> str:
    """What is wrong with a text as an instant (`2024-12-20T10:00:00Z`); empty: nothing."""
    scan = _Scan(text)
    try:
        year, month, day = scan.date()
        scan.literal("T")
        hour, minute, second = scan.time(needs_seconds=True)
        scan.offset()
        scan.end()
    except _RefusedError as refused:
        return str(refused)
    is_date = 1 <= month <= 12 and 1 <= day <= _days(year, month)
    if is_date and hour < 24 and minute < 60 and second < 60:
        return ""
    return str(_RefusedError(text, " at index 0"))


class _RefusedError(ValueError):
    """What java.time says of a text."""

    def __init__(self, text: str, why: str) -> None:
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
        super().__init__(f"Text '{shown}' could not be parsed{why}")


@dataclass(slots=True)
class _Scan:
    """Walks over a text from left to right and stops where java.time does."""

    text: str
    at: int = 0

    def date(self) -> tuple[int, int, int]:
        year = self._year()
        self.literal("-")
        month = self._two_digits()
        self.literal("-")
        return year, month, self._two_digits()

    def time(self, *, needs_seconds: bool) -> tuple[int, int, int]:
        hour = self._two_digits()
        self.literal(":")
        minute = self._two_digits()
        if needs_seconds:
            self.literal(":")
            second = self._two_digits()
        elif self.text[self.at : self.at + 1] == ":" and len(self._digits(self.at + 1)) > 1:
            self.at += 1
            second = self._two_digits()
        else:
            return hour, minute, 0
        if self.text[self.at : self.at + 1] == ".":
            self.at += 1 + len(self._digits(self.at + 1)[:9])
        return hour, minute, second

    def offset(self) -> None:
        if self.text[self.at : self.at + 1].upper() == "Z":
            self.at += 1
            return
        start = self.at
        if self.text[start : start + 1] not in ("+", "-"):
            raise self._stuck(start)
        parts = self.text[start + 1 :].split(":")[:3]
        if len(parts) < 2 or not all(len(part) == 2 and part.isdecimal() for part in parts):
            raise self._stuck(start)
        self.at = start + 3 * len(parts)

    def literal(self, character: str) -> None:
        if self.text[self.at : self.at + 1].upper() != character:
            raise self._stuck(self.at)
        self.at += 1

    def end(self) -> None:
        if self.at < len(self.text):
            raise _RefusedError(self.text, f", unparsed text found at index {self.at}")

    def _year(self) -> int:
        least, most = _YEAR_DIGITS
        digits = self._digits(self.at)[:most]
        # Years of more than four digits have a sign in ISO 8601, and are none that Lanner takes.
        if len(digits) != least:
            raise self._stuck(self.at)
        self.at += len(digits)
        return int(digits)

    def _two_digits(self) -> int:
        digits = self._digits(self.at)[:2]
        if len(digits) < 2:
            raise self._stuck(self.at)
        self.at += 2
        return int(digits)

    def _digits(self, start: int) -> str:
        end = start
        while end < len(self.text) and self.text[end] in "0123456789":
            end += 1
        return self.text[start:end]

    def _stuck(self, index: int) -> _RefusedError:
        return _RefusedError(self.text, f" at index {index}")


def _check_date(text: str, year: int, month: int, day: int) -> None:
    _check_range(text, "Year", (1, 9999), year)
    _check_range(text, "MonthOfYear", (1, 12), month)
    if not 1 <= day <= 31:
        raise _RefusedError(text, f": Invalid value for DayOfMonth (valid values 1 - 28/31): {day}")
    if day <= _days(year, month):
        return
    if day == 29:
        raise _RefusedError(text, f": Invalid date 'February 29' as '{year}' is not a leap year")
    raise _RefusedError(text, f": Invalid date '{calendar.month_name[month].upper()} {day}'")


def _check_range(text: str, field: str, between: tuple[int, int], value: int) -> None:
    least, most = between
    if not least <= value <= most:
        why = f": Invalid value for {field} (valid values {least} - {most}): {value}"
        raise _RefusedError(text, why)


def _days(year: int, month: int) -> int:
    return calendar.monthrange(max(year, 1), month)[1]
