"""ISO 8601 durations: `PT30S`, `PT1H30M`, `P1D`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from enum import Enum, auto

_DURATION = re.compile(
    r"(?P<sign>[-+])?P(?:(?P<weeks>[-+]?\d{1,9})W)?(?:(?P<days>[-+]?\d{1,9})D)?"
    r"(?:T(?=[-+.,\d])(?:(?P<hours>[-+]?\d{1,15})H)?(?:(?P<minutes>[-+]?\d{1,15})M)?"
    r"(?:(?P<seconds>[-+]?\d{1,15}(?:[.,]\d{0,9})?)S)?)?",
    re.IGNORECASE,
)
_UNITS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_CALENDAR = re.compile(r"[-+]?P.*\d[YM](?:\d.*)?(?:T.*)?", re.IGNORECASE)


class Sign(Enum):
    """Which durations something can last."""

    POSITIVE = auto()
    NOT_NEGATIVE = auto()
    ANY = auto()


def sign_complaint(length: timedelta, sign: Sign) -> str:
    """Why something cannot last so long, behind its name; empty: it can."""
    if length < timedelta(0) and sign is not Sign.ANY:
        forwards = format_duration(-length)
        return f"must not be negative: write `{forwards}` instead of `{format_duration(length)}`"
    if not length and sign is Sign.POSITIVE:
        return "must be longer than nothing, such as `PT30S`"
    return ""


def parse_duration(text: str) -> timedelta:
    """The length of a duration, to the microsecond.

    Raises:
        ValueError: With a sentence, where the text is no ISO 8601 duration or too long a time.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match[unit] for unit in _UNITS):
        raise ValueError(_complaint(text))
    seconds = Decimal(0)
    for unit, length in _UNITS.items():
        if match[unit]:
            seconds += Decimal(match[unit].replace(",", ".")) * length
    if match["sign"] == "-":
        seconds = -seconds
    try:
        return timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError:
        raise ValueError(f"`{text}` is longer than a duration can be") from None


def format_duration(duration: timedelta) -> str:
    """The text of a duration: hours, minutes and seconds (`PT26H`, `PT1.5S`, `PT0S`)."""
    microseconds = duration // timedelta(microseconds=1)
    sign = "-" if microseconds < 0 else ""
    seconds, fraction = divmod(abs(microseconds), 1_000_000)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    text = f"{sign}{hours}H" if hours else ""
    text += f"{sign}{minutes}M" if minutes else ""
    if seconds or fraction:
        decimals = f".{fraction:06}".rstrip("0") if fraction else ""
        text += f"{sign}{seconds}{decimals}S"
    return f"PT{text or '0S'}"


def _complaint(text: str) -> str:
    if _CALENDAR.fullmatch(text.strip().upper().partition("T")[0]):
        return f"`{text}` has years or months, whose length differs; use days (`P30D`)"
    return f"`{text}` is no duration; write it like `PT30S`, `PT15M`, `PT1H30M` or `P1D`"
