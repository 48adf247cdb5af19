"""Instants and durations: how they are shown, and how people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

SECONDS_OF_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")
ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.I)
STEPS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60))
DURATION_HINT = "write for example 30s, 5m, 1h30m or PT10S"
INSTANT_HINT = "write RFC 3339 (2026-11-23T06:00:00Z), a date, `now`, `today` or -24h"


class TimeFormat(StrEnum):
    """How instants are shown."""

    RELATIVE = "relative"
    ISO = "iso"
    LOCAL = "local"
    UTC = "utc"


def instant_text(at: datetime | None, form: TimeFormat, now: datetime) -> str:
    """An instant for people; empty when there is none."""
    if at is None:
        return ""
    match form:
        case TimeFormat.RELATIVE:
            return _relative(at - now)
        case TimeFormat.ISO:
            return iso_text(at)
        case TimeFormat.LOCAL:
            return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
        case TimeFormat.UTC:
            return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def iso_text(at: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds where there are any."""
    precision = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def duration_text(duration: timedelta | None) -> str:
    """`00:01:07`, `3 d 02:14:09`, below ten seconds `1.234 s`; empty when there is none."""
    if duration is None:
        return ""
    seconds = max(duration.total_seconds(), 0.0)
    if seconds < 10:
        return f"{seconds:.3f} s"
    days, rest = divmod(int(seconds), 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days} d {clock}" if days else clock


def parse_duration(text: str) -> float:
    """Seconds of `30s`, `1h30m`, `250ms`, a plain number or an ISO 8601 duration.

    Raises:
        ValueError: It is none of these; says how to write one.
    """
    written = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", written):
        return float(written)
    iso = ISO_DURATION.fullmatch(written)
    if iso and any(iso.groups()):
        days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        return days * 86_400 + hours * 3600 + minutes * 60 + seconds
    parts = PARTS.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written:
        raise ValueError(f'"{text}" is not a duration; {DURATION_HINT}')
    return sum(
        float(number) * (0.001 if unit == "ms" else SECONDS_OF_UNIT[unit]) for number, unit in parts
    )


def parse_instant(text: str, now: datetime) -> datetime:
    """The instant of RFC 3339, a date, `now`, `today`, `yesterday` or `-24h`, in local time.

    Raises:
        ValueError: It is none of these; says how to write one.
    """
    written = text.strip()
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    words = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    if written in words:
        return words[written]
    try:
        if written.startswith("-"):
            return now - timedelta(seconds=parse_duration(written[1:]))
        parsed = datetime.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f'"{text}" is not a date; {INSTANT_HINT}') from error
    return parsed if parsed.tzinfo else parsed.astimezone()


def _relative(distance: timedelta) -> str:
    seconds = int(abs(distance).total_seconds())
    amount = next(
        (f"{seconds // size} {unit}" for unit, size in STEPS if seconds >= size), f"{seconds} s"
    )
    if seconds == 0:
        return "now"
    return f"in {amount}" if distance > timedelta(0) else f"{amount} ago"
