"""Dates to wake up at: one heap and one sleeping task for all timers of all executions."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime

from lanner_coordinator.runtime.clock import Clock

LONGEST_SLEEP_SECONDS = 30.0
"""The clock may jump: look at it again at least this often."""

TimerKey = tuple[str, str]
"""Execution id and timer id."""


class Timers:
    """Calls back at dates. All methods belong to the event loop's thread."""

    def __init__(self, clock: Clock, fire: Callable[[TimerKey], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._heap: list[tuple[datetime, TimerKey]] = []
        self._dates: dict[TimerKey, datetime] = {}
        self._by_execution: dict[str, set[str]] = {}
        self._changed = asyncio.Event()

    def start(self, key: TimerKey, at: datetime) -> None:
        """Call back with `key` at `at`; replaces a timer of the same key."""
        self._dates[key] = at
        self._by_execution.setdefault(key[0], set()).add(key[1])
        heapq.heappush(self._heap, (at, key))
        if self._heap[0][1] == key:
            self._changed.set()

    def cancel(self, key: TimerKey) -> None:
        """Forget a timer; harmless when there is none."""
        if self._dates.pop(key, None) is None:
            return
        names = self._by_execution[key[0]]
        names.discard(key[1])
        if not names:
            del self._by_execution[key[0]]

    def cancel_all(self, execution_id: str) -> None:
        """Forget all timers of an execution."""
        for timer_id in list(self._by_execution.get(execution_id, ())):
            self.cancel((execution_id, timer_id))

    @property
    def next_at(self) -> datetime | None:
        """The date of the timer that is due next; absent: there is none."""
        while self._heap and self._dates.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def wake(self) -> None:
        """Look at the clock at once."""
        self._changed.set()

    async def run(self) -> None:
        """Call back, for ever."""
        while True:
            self._changed.clear()
            delay = self._fire_due()
            try:
                async with asyncio.timeout(delay):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _fire_due(self) -> float:
        now = self._clock.now()
        while self._heap:
            at, key = self._heap[0]
            if self._dates.get(key) != at:
                heapq.heappop(self._heap)
            elif at <= now:
                heapq.heappop(self._heap)
                self.cancel(key)
                self._fire(key)
            else:
                return min((at - now).total_seconds(), LONGEST_SLEEP_SECONDS)
        return LONGEST_SLEEP_SECONDS
