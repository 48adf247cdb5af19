"""The dates that people set for a simulated execution: a kill, a second one, a hold.

The oracle's times are whole ticks, far finer than microseconds, so that what ended one after the
other during a hold is still in that order when all of it is followed at once.
"""

from __future__ import annotations

from tests.simulation.world import NEVER

TICK = 2**30
"""Ticks of a microsecond."""

_FINER = 26
"""No hold is longer than two to this power of microseconds."""


class Timeline:
    """Dates in ticks; they are given in microseconds.

    Attributes:
        kill_at: Of the kill.
        force_at: From when `finally` is stopped too.
        hold: From when nothing new begins, and when that ends; absent: never.
        exit_at: When a task ends the execution.
        stop_state: How the execution ends once it is stopped.
        spared_from: From when a kill leaves children alone.
    """

    def __init__(
        self,
        kill_at: int = NEVER,
        force_at: int = NEVER,
        hold: tuple[int, int] | None = None,
        stop_state: str = "KILLED",
        spared_from: int = NEVER,
    ) -> None:
        self.spared_from = spared_from * TICK
        self.stop_state = stop_state
        self.kill_at = kill_at * TICK
        self.force_at = force_at * TICK
        self.exit_at = NEVER * TICK
        self.hold = hold and (hold[0] * TICK, min(hold[1], kill_at) * TICK)

    def deadline(self, *, is_shielded: bool) -> int:
        """When a kill stops what is, or is not, part of a `finally`."""
        return self.force_at if is_shielded else min(self.kill_at, self.exit_at)

    def forget_kill(self) -> None:
        """Nothing is stopped from now on."""
        self.kill_at = self.force_at = self.exit_at = NEVER * TICK

    def resumed(self, now: int) -> int:
        """When what would begin now begins."""
        return self.hold[1] if self.hold and self.hold[0] <= now < self.hold[1] else now

    def followed(self, now: int) -> int:
        """When the end that comes now has its consequences."""
        if self.hold is None or self.resumed(now) == now:
            return now
        return self.hold[1] + (now - self.hold[0] >> _FINER)

    def asked_again(self, now: int) -> int:
        """When an answer comes that would come now: during a hold it is asked for again after."""
        if self.hold is None or self.resumed(now) == now:
            return now
        return self.hold[1] + now - self.hold[0]
