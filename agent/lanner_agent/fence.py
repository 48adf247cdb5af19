"""Stops attempts in time that the coordinator may soon give to another agent."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from lanner_agent.attempts import Attempts
from lanner_agent.stops import Stop, StopReason

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=2)


async def keep_fence(attempts: Attempts) -> None:
    """Wait for attempts whose lease runs out and stop them, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        attempts.changed.clear()
        fences = list(attempts.fences())
        for due, task_run in fences:
            if due <= loop.time() and not task_run.is_stopping:
                log.warning(
                    "Attempt %s is stopped: the coordinator was out of reach for too long.",
                    task_run.record.attempt_id,
                )
                task_run.stop(Stop(reason=StopReason.FENCED, grace=GRACE))
        later = (due for due, _ in fences if due > loop.time())
        attempts.next_fence_at = min(later, default=None)
        try:
            # A renewed lease is noticed when the old one would have run out.
            async with asyncio.timeout_at(attempts.next_fence_at):
                await attempts.changed.wait()
        except TimeoutError:
            continue
