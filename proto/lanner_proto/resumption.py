"""When a broken stream is opened again: after a growing delay, for a time, if it had begun."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_proto.backoff import full_jitter

# An opening that lasted this long was sound: what breaks it is another fault, with a short delay.
SOUND_SECONDS = 10.0


@dataclass(slots=True)
class Resumption:
    """The tries of one stream.

    Attributes:
        resume_seconds: How long it is tried again after the link was lost.
        has_begun: Whether the coordinator was reached once; a first opening is not tried again.
        failed_tries: In a row.
        lost_at: Loop time of the first of them; absent: the link is up.
        opened_at: Loop time of the current opening.
    """

    resume_seconds: float
    has_begun: bool = False
    failed_tries: int = 0
    lost_at: float | None = None
    opened_at: float = 0.0

    def reached(self) -> bool:
        """Note that the coordinator was reached; true when it had been lost before."""
        self.has_begun = True
        return self.lost_at is not None

    def progressed(self) -> None:
        """Note that a message came."""
        self.failed_tries = 0
        self.lost_at = None

    def delay_after_failure(self, now: float) -> float | None:
        """Seconds until the next try; none when there is to be no other."""
        if self.lost_at is None or now - self.opened_at >= SOUND_SECONDS:
            self.progressed()
            self.lost_at = now
        self.failed_tries += 1
        delay = full_jitter(self.failed_tries)
        may_resume = self.has_begun and now + delay <= self.lost_at + self.resume_seconds
        return delay if may_resume else None
