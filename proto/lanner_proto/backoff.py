"""How long to wait before another try: exponential with full jitter, so that callers spread."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.2
CAP_SECONDS = 10.0
# 2 ** 10 times any first delay is beyond any sensible cap.
DOUBLINGS_LIMIT = 10


def full_jitter(
    failed_tries: int, *, first_seconds: float = FIRST_SECONDS, cap_seconds: float = CAP_SECONDS
) -> float:
    """Seconds to wait after `failed_tries` tries in a row: between 0 and a ceiling that doubles."""
    doublings = min(max(failed_tries - 1, 0), DOUBLINGS_LIMIT)
    return random.uniform(0, min(cap_seconds, first_seconds * 2**doublings))
