"""Windows of time within which several things must happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MOMENT = timedelta(milliseconds=1)


class WindowType(StrEnum):
    """How the ends of a window are found."""

    DURATION_WINDOW = "DURATION_WINDOW"
    """One window after the other, from midnight on."""
    SLIDING_WINDOW = "SLIDING_WINDOW"
    """As long back as the window is."""
    DAILY_TIME_WINDOW = "DAILY_TIME_WINDOW"
    """From one time of each day to another."""
    DAILY_TIME_DEADLINE = "DAILY_TIME_DEADLINE"
    """From midnight to a time of each day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """A window of time that comes again and again.

    Attributes:
        type: How its ends are found.
        length: Of DURATION_WINDOW and SLIDING_WINDOW.
        advance: How much later than midnight the windows of DURATION_WINDOW begin; may be negative.
        start: First time of the day; absent: midnight.
        end: Last time of the day: of DAILY_TIME_WINDOW, and the deadline of DAILY_TIME_DEADLINE.
        timezone: Name of the time zone of all that; empty: that of the coordinator.
    """

    type: WindowType = WindowType.DURATION_WINDOW
    length: timedelta = _DAY
    advance: timedelta = timedelta(0)
    start: time | None = None
    end: time | None = None
    timezone: str = ""

    def around(self, now: datetime, default_timezone: str) -> tuple[datetime, datetime] | None:
        """First and last instant of the window that an instant lies in; absent: it lies in none."""
        wall = now.astimezone(ZoneInfo(self.timezone or default_timezone))
        match self.type:
            case WindowType.SLIDING_WINDOW:
                return now - self.length, now
            case WindowType.DURATION_WINDOW:
                return self._aligned(wall)
            case _:
                return next((one for one in self._daily(wall) if one[0] <= wall <= one[1]), None)

    def next_end(self, now: datetime, default_timezone: str) -> datetime:
        """The first end of a window after an instant."""
        wall = now.astimezone(ZoneInfo(self.timezone or default_timezone))
        match self.type:
            case WindowType.SLIDING_WINDOW:
                return now + self.length
            case WindowType.DURATION_WINDOW:
                end = self._aligned(wall)[1]
                return end if end > wall else self._aligned(wall + _MOMENT)[1]
            case _:
                return next(end for _, end in self._daily(wall) if end > wall)

    def _aligned(self, wall: datetime) -> tuple[datetime, datetime]:
        """The one of the windows side by side; a window of days begins on the day itself."""
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.length < _MINUTE:
            start = wall.replace(microsecond=0)
        else:
            step = min(self.length, _DAY)
            passed = wall.replace(tzinfo=None) - midnight.replace(tzinfo=None) - self.advance
            start = midnight + self.advance + passed // step * step
        return start, start + self.length - _MOMENT

    def _daily(self, wall: datetime) -> Sequence[tuple[datetime, datetime]]:
        """Windows of yesterday, today and tomorrow; one may end on the day after its start."""
        start, end = self.start or time(), self.end or time.max
        overnight = _DAY if end < start else timedelta(0)
        return [
            (
                datetime.combine(day, start, wall.tzinfo),
                datetime.combine(day + overnight, end, wall.tzinfo),
            )
            for day in (wall.date() + timedelta(days=offset) for offset in (-1, 0, 1))
        ]
