"""The one place that asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day; durations are measured with the event loop's own clock instead."""

    def now(self) -> datetime:
        """Now, aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 (this module is where time comes from)
