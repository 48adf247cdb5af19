"""The agent's own count of its lease: when it must stop attempts that may be run elsewhere.

The coordinator gives an attempt up when the lease and `max_disconnect` have passed without a
heartbeat. The agent counts the same time on its own monotonic clock, from when it sent the last
heartbeat that was answered, and is done a little before.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from lanner_agent.clock import Clock
from lanner_agent.coordinator_state import load_state, save_state
from lanner_agent.disk import Disk

MARGIN = timedelta(seconds=5)


class Lease:
    """The lease of all attempts of this agent."""

    def __init__(self, path: Path, disk: Disk, clock: Clock) -> None:
        """Go on where an earlier boot stopped; reads the file.

        Args:
            path: Where the last contact is kept.
            disk: Writes it.
            clock: Tells the time of day, which is all that outlives a restart.
        """
        self._path = path
        self._disk = disk
        self._clock = clock
        self._state = load_state(path)
        self._contact = asyncio.get_running_loop().time() - self._seconds_since_contact()

    def _seconds_since_contact(self) -> float:
        if self._state.contact_at is None:
            return 0.0
        return max(0.0, (self._clock.now() - self._state.contact_at).total_seconds())

    @property
    def epoch(self) -> int:
        """Last epoch seen; 0: none."""
        return self._state.epoch

    @property
    def lease(self) -> timedelta:
        """How long an attempt is leased from the last contact."""
        return timedelta(seconds=self._state.lease_seconds)

    def granted(self, lease: timedelta, epoch: int, seconds_ago: float) -> None:
        """Take note of a Welcome to the Hello that was sent so long ago."""
        self._state = msgspec.structs.replace(
            self._state, lease_seconds=lease.total_seconds(), epoch=epoch
        )
        self.renewed(seconds_ago, is_held=True)

    def renewed(self, seconds_ago: float, *, is_held: bool) -> None:
        """Take note that what was sent so long ago is answered.

        Args:
            seconds_ago: By the event loop's clock.
            is_held: There are attempts: the contact is written, else nothing depends on it.
        """
        self._contact = asyncio.get_running_loop().time() - seconds_ago
        if is_held:
            contact_at = self._clock.now() - timedelta(seconds=seconds_ago)
            state = self._state = msgspec.structs.replace(self._state, contact_at=contact_at)
            self._disk.write(lambda: save_state(self._path, state), may_wait=True)

    def fence_at(self, max_disconnect: timedelta) -> float:
        """When to stop an attempt that may be run elsewhere, on the event loop's clock."""
        patience = self.lease + max_disconnect
        margin = min(MARGIN, patience / 4)
        return self._contact + (patience - margin).total_seconds()
