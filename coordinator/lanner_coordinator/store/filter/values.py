"""Reads the values of filters: dates, durations, numbers, words of a fixed list."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lanner_coordinator.store.filter.errors import FilterError

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,6})?(?:ms|[smhdw]))+", re.ASCII)
_DURATION_PART = re.compile(r"([\d.]+)(ms|[smhdw])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)
_DATE_HELP = "write -24h, 2026-11-20 or 2026-11-20T12:30:00Z"


def read_number(text: str, column: int) -> int:
    """A whole number, at least 0."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise FilterError(f'"{text}" is not a whole number: write one, such as 2', column)
    return int(text)


def read_duration(text: str, column: int) -> timedelta:
    """A duration such as `90s`, `10m`, `1h30m`, `1.5d`."""
    if not _DURATION.fullmatch(text):
        raise FilterError(
            f'"{text}" is not a duration: write a number with ms, s, m, h, d or w, such as 10m',
            column,
        )
    parts = _DURATION_PART.findall(text)
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    try:
        return timedelta(seconds=seconds)
    except OverflowError as cause:
        raise FilterError(f'"{text}" is too long a duration', column) from cause


def read_dates(text: str, now: datetime, column: int) -> tuple[datetime, datetime | None]:
    """An instant, or a whole day as its first instant and that of the next day; UTC.

    Args:
        text: `-24h` (before `now`), `2026-11-20`, or RFC 3339 (without an offset: UTC).
        now: Where relative dates count from.
        column: Where `text` stands.
    """
    try:
        if text.startswith("-"):
            return now - read_duration(text[1:], column + 1), None
        if _DAY.fullmatch(text):
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return day, day + timedelta(days=1)
        if _INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text.upper())
            return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)), None
    except (OverflowError, ValueError) as cause:
        if isinstance(cause, FilterError):
            raise
        raise FilterError(f'"{text}" is not a date: {_DATE_HELP}', column) from cause
    raise FilterError(f'"{text}" is not a date: {_DATE_HELP}', column)


def read_choice(what: str, text: str, choices: Iterable[str], column: int) -> str:
    """One word of a list, as the list spells it; case does not matter."""
    known = {choice.lower(): choice for choice in choices}
    chosen = known.get(text.lower())
    if chosen is None:
        raise FilterError(f'unknown {what} "{text}"{suggestion(text, known.values())}', column)
    return chosen


def suggestion(text: str, choices: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: the nearest one, or else all."""
    known = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(text.lower(), known, n=1)
    if near:
        return f'; did you mean "{known[near[0]]}"?'
    return f"; known: {', '.join(known.values())}"
