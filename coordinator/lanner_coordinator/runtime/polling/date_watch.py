"""Notices that somebody has set the clock back."""

from __future__ import annotations

from datetime import datetime, timedelta

from lanner_coordinator.runtime.clock import Clock

TOLERANCE = timedelta(seconds=2)
"""Clocks are corrected all the time by less."""


class DateWatch:
    """Compares the date with a clock that nobody sets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._origin = self._measured()

    def set_back(self) -> timedelta:
        """By how much it was set back since this was asked for last; 0: it was not."""
        before, self._origin = self._origin, self._measured()
        step = before - self._origin
        return step if step > TOLERANCE else timedelta()

    def _measured(self) -> datetime:
        """The date at which the other clock was 0."""
        return self._clock.now() - timedelta(seconds=self._clock.monotonic())
