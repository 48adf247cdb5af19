"""A clock that goes only when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
"""Where fake clocks start: a Monday."""


class FakeClock:
    """Passes the contract of `Clock`; both of its clocks go together."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        """The time that was set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds on the same clock."""
        return self._monotonic

    def set_back(self, step: timedelta) -> None:
        """Somebody corrects the date; the monotonic clock does not care."""
        self._now -= step

    def advance(self, step: timedelta) -> None:
        """Let time go by."""
        self._now += step
        self._monotonic += step.total_seconds()
