"""Idempotency keys: a request that is repeated gets what its first one made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import RequestRecord

REQUEST_ID_LIMIT = 128
"""Characters of a key."""

REMEMBERED = timedelta(hours=24)
"""How long a key is known."""


KEPT_IN_MEMORY = 100_000
"""Newest keys that need no question to the store."""


class Requests:
    """Makes things once for each key, also when the same request comes twice at once.

    The newest keys are kept in memory, so that a new key costs no query: clients send one with
    every call. Only when there are more keys than fit is the store asked about an unknown one.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._under_way: dict[str, asyncio.Event] = {}
        self._recent: dict[str, RequestRecord] = {}
        self._all_since: datetime | None = None

    async def load(self) -> None:
        """Remember the keys of the time before the coordinator's start."""
        since = self._clock.now() - REMEMBERED
        newest_first = await self._store.recent_requests(since, KEPT_IN_MEMORY)
        for record in reversed(newest_first):
            self._recent[record.request_id] = record
        is_cut = len(newest_first) == KEPT_IN_MEMORY
        self._all_since = newest_first[-1].created_at if is_cut else since

    async def once(
        self,
        verb: str,
        request_id: str,
        result_id: str,
        make: Callable[[Sequence[RequestRecord]], Awaitable[None]],
    ) -> tuple[str, bool]:
        """What the first request of this key made, and whether that was another call.

        Args:
            verb: What is made, `execution` or `batch`: keys of different verbs do not meet.
            request_id: The key; empty: every call makes something.
            result_id: Id of what this call would make.
            make: Makes it, with the records that belong into the same commit. When it fails,
                the key is free again.

        Raises:
            InvalidRequest: The key is too long.
        """
        if not request_id:
            await make(())
            return result_id, False
        if len(request_id) > REQUEST_ID_LIMIT:
            raise InvalidRequest(f"a request id has at most {REQUEST_ID_LIMIT} characters")
        key = f"{verb}/{request_id}"
        while key in self._under_way:
            # No limit: the call that it waits for has one, and ends in any case.
            await self._under_way[key].wait()
        ended = self._under_way[key] = asyncio.Event()
        try:
            now = self._clock.now()
            known = await self._known(key, now - REMEMBERED)
            if known is not None:
                return known, True
            record = RequestRecord(request_id=key, result_id=result_id, created_at=now)
            await make((record,))
            self._remember(record)
            return result_id, False
        finally:
            del self._under_way[key]
            ended.set()

    async def _known(self, key: str, since: datetime) -> str | None:
        record = self._recent.get(key)
        if record is not None:
            return record.result_id if record.created_at >= since else None
        if self._all_since is not None and self._all_since <= since:
            return None
        return await self._store.request(key, since)

    def _remember(self, record: RequestRecord) -> None:
        self._recent.pop(record.request_id, None)
        self._recent[record.request_id] = record
        if len(self._recent) > KEPT_IN_MEMORY:
            oldest = next(iter(self._recent))
            self._all_since = self._recent.pop(oldest).created_at
