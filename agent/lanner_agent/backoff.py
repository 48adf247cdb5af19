"""How long to wait before trying again: the one place that decides it."""

from __future__ import annotations

from collections.abc import Callable

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 30.0


def full_jitter_seconds(
    failure_count: int, random: Callable[[], float], longest_seconds: float = LONGEST_SECONDS
) -> float:
    """Choose a wait between nothing and a limit that doubles with every failure.

    The spread keeps a thousand agents from coming back at one instant.

    Args:
        failure_count: Failures in a row so far, at least 1.
        random: Gives numbers from 0 to 1.
        longest_seconds: Where nobody else could be in the way, this may be short.
    """
    doublings = min(failure_count - 1, 16)
    return min(FIRST_SECONDS * 2.0**doublings, longest_seconds) * random()
