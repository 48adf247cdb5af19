"""The one place where the console asks for the time of day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

# Gives the time of day, aware and in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time of day on this machine."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock
