"""Time and ids of a test, the same in each run."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from lanner_coordinator.runtime.ids import encode_id

FIRST_DATE = datetime(2025, 1, 1, tzinfo=UTC)
"""When a test starts that says nothing of it."""

_MILLISECONDS_AT_BIT = 80
_NAME_AT_BIT = 32


class HeldClock:
    """A clock that stands until it is set."""

    def __init__(self, now: datetime) -> None:
        self._began = now
        self._now = now

    def now(self) -> datetime:
        """The date it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the first date."""
        return (self._now - self._began).total_seconds()

    def move_to(self, date: datetime) -> None:
        """Set it to a later date."""
        self._now = max(self._now, date)


class CountedIds:
    """Ids that look like any other, numbered from the date of a test on.

    They are the same in each run of a test, and no other test has them.
    """

    def __init__(self, began: datetime, name: str) -> None:
        """Begin.

        Args:
            began: When the test begins.
            name: Of the test.
        """
        own = zlib.crc32(name.encode()) << _NAME_AT_BIT
        self._last = (int(began.timestamp() * 1000) << _MILLISECONDS_AT_BIT) + own

    def new_id(self) -> str:
        """The next one."""
        self._last += 1
        return encode_id(self._last)
