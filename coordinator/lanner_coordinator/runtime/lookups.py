"""What must be looked up outside of the executor before work on an execution goes on.

A lookup may wait for the store or for files; what it finds becomes work in the executor's queue. It
begins once its commit is durable, and again after a crash, so that it must do no harm when it is
done twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from lanner_coordinator.runtime.group import Group, Lookup, Work
from lanner_coordinator.store.errors import StoreError

logger = logging.getLogger(__name__)

WORKER_COUNT = 8
"""Lookups under way at once, and as many slow ones."""

RETRY_SECONDS = 1.0
"""When a lookup is tried again that the store could not answer."""


UNFORESEEN_RETRY_SECONDS = 60.0
"""When a lookup is tried again that met an error nobody foresaw: what asked for it still waits."""


class Lookups:
    """Does lookups, and posts the work that they find; slow ones hold up no others."""

    def __init__(self, post: Callable[[str, Work], None]) -> None:
        self._quick = _Lane(post)
        self._slow = _Lane(post)

    def put_all(self, group: Group) -> None:
        """Look up soon what a group wants to be looked up."""
        for execution_id, lookup in group.lookups:
            self._quick.put(execution_id, lookup)
        for execution_id, lookup in group.slow_lookups:
            self._slow.put(execution_id, lookup)

    async def run(self) -> None:
        """Work, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(WORKER_COUNT):
                tasks.create_task(self._quick.work(), name=f"lookup {number}")
                tasks.create_task(self._slow.work(), name=f"slow lookup {number}")


class _Lane:
    """Lookups that may hold each other up.

    The queue holds at most a few for each open task run, all of which are in memory anyway.
    """

    def __init__(self, post: Callable[[str, Work], None]) -> None:
        self._post = post
        self._queue: deque[tuple[str, Lookup]] = deque()
        self._arrived = asyncio.Semaphore(0)

    def put(self, execution_id: str, lookup: Lookup) -> None:
        """Look something up soon."""
        self._queue.append((execution_id, lookup))
        self._arrived.release()

    async def work(self) -> None:
        """Do one after the other, for ever."""
        while True:
            await self._arrived.acquire()  # no limit: there may be nothing to look up
            execution_id, lookup = self._queue.popleft()
            work = await self._answer(execution_id, lookup)
            if work is not None:
                self._post(execution_id, work)

    async def _answer(
        self, execution_id: str, lookup: Callable[[], Awaitable[Work]]
    ) -> Work | None:
        try:
            return await lookup()
        except StoreError as error:
            logger.warning("execution %s: a lookup is tried again: %s", execution_id, error)
            self._again(RETRY_SECONDS, execution_id, lookup)
        except Exception:  # the loop must survive whatever one lookup meets
            logger.exception("execution %s: a lookup failed and is tried again", execution_id)
            self._again(UNFORESEEN_RETRY_SECONDS, execution_id, lookup)
        return None

    def _again(self, seconds: float, execution_id: str, lookup: Lookup) -> None:
        asyncio.get_running_loop().call_later(seconds, self.put, execution_id, lookup)
