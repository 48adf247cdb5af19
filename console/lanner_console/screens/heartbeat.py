"""Asks the coordinator how it is, again and again: that is how a lost link is noticed and found."""

from __future__ import annotations

import asyncio

from lanner_console.workplace import Workplace
from lanner_proto.backoff import full_jitter
from lanner_proto.errors import LannerError

BEAT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
LEAST_RETRY_SECONDS = 1.0
MOST_RETRY_SECONDS = 15.0


class Heartbeat:
    """Runs as long as the console; `hurry` ends the pause before the next try."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """Try now."""
        self._hurried.set()

    async def run(self) -> None:
        """Beat until cancelled."""
        link = self._place.link
        while True:
            try:
                status = await self._place.client.get_status(timeout_seconds=ANSWER_SECONDS)
            except LannerError as error:
                pause = self._pause_after(link.view.failed_tries + 1)
                link.lost(error.message, retry_in_seconds=pause)
            else:
                link.heard(status)
                pause = BEAT_SECONDS
            await self._rest(pause)
            if not link.view.is_up:
                link.trying()

    def _pause_after(self, failed_tries: int) -> float:
        jitter = full_jitter(failed_tries, cap_seconds=MOST_RETRY_SECONDS)
        return max(LEAST_RETRY_SECONDS, jitter)

    async def _rest(self, seconds: float) -> None:
        self._hurried.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._hurried.wait()
        except TimeoutError:
            pass
