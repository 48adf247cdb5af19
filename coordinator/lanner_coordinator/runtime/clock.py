"""The one place that asks for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is. Waiting is asyncio's, by durations."""

    def now(self) -> datetime:
        """Date and time, aware, UTC; may jump."""

    def monotonic(self) -> float:
        """Seconds that only grow, for durations."""


class SystemClock:
    """The host's clocks."""

    def now(self) -> datetime:
        """Date and time of the host."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks

    def monotonic(self) -> float:
        """Monotonic clock of the host."""
        return time.monotonic()
