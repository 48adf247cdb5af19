"""Dates of cron expressions in a time zone.

Five fields, six with seconds in front, or a nickname. Where clocks change, expressions with a fixed
hour run once a day: what falls into the missing hour runs as much later, what falls into the
repeated hour runs in its first pass only. Expressions with a `*` for the hour run on through both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, CroniterError, croniter

NICKNAMES: Mapping[str, str] = MappingProxyType(
    {
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
        "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    }
)
"""Short names of common expressions."""

_FIELD = re.compile(r"[0-9A-Za-z*/,-]+")
_WORDS = {
    4: re.compile(r"(?i)\b(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b)[a-z]+\b"),
    5: re.compile(r"(?i)\b(?!(?:mon|tue|wed|thu|fri|sat|sun)\b)[a-z]+\b"),
}
_ANY_WORD = re.compile(r"[A-Za-z]+")
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NUMBERS = {
    4: ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    5: ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"),
}
_DAY_OF_WEEK = 5
_FIELD_NAMES = ("second", "minute", "hour", "day of the month", "month", "day of the week")
_LARGEST_SHIFT = timedelta(hours=3)
_NEAR = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_BASE = datetime(2000, 1, 1)  # noqa: DTZ001 - wall clock time of any zone


def complaint_about_cron(cron: str, *, with_seconds: bool = False) -> str:
    """What is wrong with an expression, as a sentence; empty: nothing."""
    text = cron.strip()
    if text.startswith("@"):
        if text in NICKNAMES:
            return ""
        return f"`{cron}` is an invalid cron expression: known names are {', '.join(NICKNAMES)}"
    fields = text.split()
    wanted = 6 if with_seconds else 5
    if len(fields) != wanted:
        return f"`{cron}` is an invalid cron expression: {_count_hint(len(fields), wanted)}"
    for index, field in enumerate(fields, start=6 - wanted):
        if _FIELD.fullmatch(field) is None or _WORDS.get(index, _ANY_WORD).search(field):
            name = _FIELD_NAMES[index]
            return f"`{cron}` is an invalid cron expression: `{field}` is no {name}"
        complaint = next(filter(None, (_of_part(part, index) for part in field.split(","))), "")
        if complaint:
            return f"`{cron}` is an invalid cron expression: {complaint}"
    try:
        croniter(_expression(text), _BASE, second_at_beginning=True).get_next(datetime)
    except CroniterBadDateError:
        return f"`{cron}` is an invalid cron expression: no date ever matches it"
    except (CroniterError, ValueError, KeyError, OverflowError) as error:
        return f"`{cron}` is an invalid cron expression: {error}"
    return ""


def next_date(cron: str, timezone: str, after: datetime) -> datetime | None:
    """The first date after an instant, in the time zone; absent where there is none.

    Args:
        cron: A valid expression, with or without seconds.
        timezone: Name of a time zone.
        after: Aware.
    """
    zone = ZoneInfo(timezone)
    if _runs_every_hour(cron):
        return _through_changes(cron, zone, after, forward=True)
    wall: datetime | None = _earlier_wall(after, zone)
    while wall is not None:
        wall = _step(cron, wall, forward=True)
        date = wall and _as_utc(wall, zone)
        if date is not None and date > after:
            return date.astimezone(zone)
    return None


def previous_date(cron: str, timezone: str, before: datetime) -> datetime | None:
    """The last date before an instant, in the time zone; arguments as of `next_date`."""
    zone = ZoneInfo(timezone)
    if _runs_every_hour(cron):
        return _through_changes(cron, zone, before, forward=False)
    wall: datetime | None = _wall(before, zone) + _LARGEST_SHIFT
    while wall is not None:
        wall = _step(cron, wall, forward=False)
        date = wall and _as_utc(wall, zone)
        if date is not None and date < before:
            return date.astimezone(zone)
    return None


def _of_part(part: str, index: int) -> str:
    """What is wrong with one of the parts of a field, as `1-5/2`; empty: nothing."""
    span, slash, step = part.partition("/")
    if slash and (not step.isdigit() or int(step) == 0):
        return f"the step in `{part}` must be a number above 0"
    if span == "*":
        return ""
    low, high = _RANGES[index]
    ends = [_number(end, index) for end in span.split("-")]
    name = _FIELD_NAMES[index]
    if len(ends) > 2 or any(end is None or not low <= end <= high for end in ends):
        return f"`{part}` is no {name}; it goes from {low} to {high}"
    first, last = ends[0], ends[-1]
    if last == 0 and index == _DAY_OF_WEEK:
        # The week may end with Sunday as well as begin with it.
        last = 7
    if first is not None and last is not None and first > last:
        return f"`{part}` goes backwards; write it as two ranges, with a comma"
    return ""


def _number(written: str, index: int) -> int | None:
    names = _NUMBERS.get(index, ())
    if written.upper() in names:
        return names.index(written.upper()) + _RANGES[index][0]
    return int(written) if written.isdigit() else None


def _count_hint(found: int, wanted: int) -> str:
    if wanted == 5 and found == 6:
        return "it has 6 fields; set `withSeconds: true` if the first is for seconds"
    return f"it has {found} fields, {wanted} are needed"


def _expression(cron: str) -> str:
    """Six fields, seconds first."""
    text = NICKNAMES.get(cron.strip(), cron.strip())
    return text if len(text.split()) == 6 else f"0 {text}"


def _runs_every_hour(cron: str) -> bool:
    return "*" in _expression(cron).split()[2]


def _step(cron: str, wall: datetime, *, forward: bool) -> datetime | None:
    """The nearest matching time on a wall clock that never changes."""
    dates = croniter(_expression(cron), wall, second_at_beginning=True)
    try:
        found: datetime = dates.get_next(datetime) if forward else dates.get_prev(datetime)
    except CroniterError:
        return None
    return found


def _through_changes(
    cron: str, zone: ZoneInfo, origin: datetime, *, forward: bool
) -> datetime | None:
    """The nearest instant at which the wall clock of the zone shows a matching time."""
    offset = _offset(origin, zone)
    wall: datetime | None = _wall(origin, zone)
    while wall is not None:
        wall = _step(cron, wall, forward=forward)
        if wall is None:
            return None
        date = (wall - offset).replace(tzinfo=UTC)
        if _offset(date, zone) == offset:
            return date.astimezone(zone)
        if abs(date - origin) > _NEAR:
            date = _as_utc(wall, zone)
            if _wall(date, zone) == wall:
                return date.astimezone(zone)
            continue
        change = _change_between(origin, date, zone)
        offset = _offset(change if forward else change - _MOMENT, zone)
        wall = change.replace(tzinfo=None) + offset - (_MOMENT if forward else timedelta(0))
        origin = change
    return None


def _change_between(one: datetime, other: datetime, zone: ZoneInfo) -> datetime:
    """The first instant with the later offset, to the second."""
    low, high = sorted((one.astimezone(UTC), other.astimezone(UTC)))
    low = low.replace(microsecond=0)
    old = _offset(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle, zone) == old:
            low = middle
        else:
            high = middle
    return low + timedelta(seconds=1)


def _earlier_wall(after: datetime, zone: ZoneInfo) -> datetime:
    """Wall clock time from which on to look: earlier where the clock was changed just before."""
    wall = _wall(after, zone)
    if _offset(after - _LARGEST_SHIFT, zone) == _offset(after, zone):
        return wall
    return wall - _LARGEST_SHIFT


def _offset(date: datetime, zone: ZoneInfo) -> timedelta:
    return date.astimezone(zone).utcoffset() or timedelta(0)


def _wall(date: datetime, zone: ZoneInfo) -> datetime:
    return date.astimezone(zone).replace(tzinfo=None, fold=0)


def _as_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
