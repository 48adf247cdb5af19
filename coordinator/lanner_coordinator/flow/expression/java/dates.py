"""How Java writes dates, times and durations."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_SECONDS_PER_HOUR = 3600
_SECONDS_PER_MINUTE = 60


def offset_text(value: dt.datetime | dt.time, *, zero: str = "Z") -> str:
    """Return the offset of an aware time as `+02:00`, or `zero` when it is none."""
    offset = value.utcoffset()
    if not offset:
        return zero
    seconds = int(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), _SECONDS_PER_HOUR)
    minutes, left = divmod(rest, _SECONDS_PER_MINUTE)
    return f"{sign}{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")


def time_text(value: dt.datetime | dt.time, *, always_seconds: bool = False) -> str:
    """Return the time of day: without seconds if there are none, with 3 or 6 decimals if any."""
    text = f"{value.hour:02}:{value.minute:02}"
    micros = value.microsecond
    if not value.second and not micros and not always_seconds:
        return text
    text += f":{value.second:02}"
    if not micros:
        return text
    return text + (f".{micros:06}" if micros % 1000 else f".{micros // 1000:03}")


def date_text(value: dt.date) -> str:
    """Return `yyyy-MM-dd`."""
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def zoned_text(value: dt.datetime, *, with_zone: bool = True) -> str:
    """Return a date and time as its `toString` does: with the name of its zone, if it has one."""
    # An instant always shows its seconds; a local or zoned time drops them when they are 0.
    always_seconds = value.tzinfo is dt.UTC or not with_zone
    text = f"{date_text(value)}T{time_text(value, always_seconds=always_seconds)}"
    if value.tzinfo is None:
        return text
    text += offset_text(value)
    zone = value.tzinfo
    if with_zone and isinstance(zone, ZoneInfo) and zone.key:
        text += f"[{zone.key}]"
    return text


def duration_text(value: dt.timedelta) -> str:
    """Return `PT8H6M12.345S`."""
    micros = value // dt.timedelta(microseconds=1)
    if not micros:
        return "PT0S"
    sign = -1 if micros < 0 else 1
    seconds, fraction = divmod(abs(micros), 1_000_000)
    hours, rest = divmod(seconds, _SECONDS_PER_HOUR)
    minutes, left = divmod(rest, _SECONDS_PER_MINUTE)
    text = "PT"
    text += f"{sign * hours}H" if hours else ""
    text += f"{sign * minutes}M" if minutes else ""
    if left or fraction:
        text += "-" if sign < 0 else ""
        text += f"{left}" + (f".{fraction:06}".rstrip("0") if fraction else "") + "S"
    return text
