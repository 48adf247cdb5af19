"""Drops results that nobody can use any more, and the oldest where there are too many."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store

logger = logging.getLogger(__name__)

RESULT_LIMIT = 10_000
"""Results that are kept."""

INTERVAL = timedelta(minutes=10)
"""Between two looks."""


class ResultUpkeep:
    """Looks from time to time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """Work, for ever."""
        while True:
            await asyncio.sleep(INTERVAL.total_seconds())
            try:
                await self._store.drop_results(self._clock.now(), RESULT_LIMIT)
            except StoreError as error:
                logger.warning("Kept results were not dropped, which is done later: %s", error)
