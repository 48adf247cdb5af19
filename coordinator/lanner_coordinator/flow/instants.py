"""ISO 8601 dates, times and instants, printed as Kestra prints them.

Printed texts are what is stored and what expressions see: seconds of a time are left out where they
are zero, an instant is always in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

_FRACTION = re.compile(r"(\.\d{6})\d{1,3}")


def parse_instant(text: str) -> datetime:
    """An aware instant; a text without zone is refused.

    Raises:
        ValueError: With a sentence.
    """
    try:
        instant = datetime.fromisoformat(_to_microseconds(text))
    except ValueError:
        raise ValueError(
            f"`{text}` is no date and time; write it like `2024-12-20T10:00:00Z`"
        ) from None
    if instant.tzinfo is None:
        raise ValueError(f"`{text}` has no time zone; write it like `2024-12-20T10:00:00Z`")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"`{text}` is out of the range of dates") from None


def format_instant(instant: datetime) -> str:
    """The text of an instant: `2024-12-20T10:00:00Z`."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}{_fraction(utc.microsecond)}Z"


def parse_date(text: str) -> date:
    """A date without time.

    Raises:
        ValueError: With a sentence.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"`{text}` is no date; write it like `2024-12-20`") from None


def parse_time(text: str) -> time:
    """A time of day without zone.

    Raises:
        ValueError: With a sentence.
    """
    try:
        found = time.fromisoformat(_to_microseconds(text))
    except ValueError:
        raise ValueError(f"`{text}` is no time; write it like `10:00:00`") from None
    if found.tzinfo is not None:
        raise ValueError(f"`{text}` has a time zone; write it like `10:00:00`")
    return found


def format_time(moment: time) -> str:
    """The text of a time: `10:00`, `10:00:05`, `10:00:05.250`."""
    text = f"{moment:%H:%M}"
    if moment.second or moment.microsecond:
        text += f":{moment.second:02}{_fraction(moment.microsecond)}"
    return text


def _to_microseconds(text: str) -> str:
    return _FRACTION.sub(r"\1", text.strip())


def _fraction(microsecond: int) -> str:
    if not microsecond:
        return ""
    if microsecond % 1_000 == 0:
        return f".{microsecond // 1_000:03}"
    return f".{microsecond:06}"
