"""Idempotency keys: a request that is repeated gets what its first one made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import RequestRecord

REQUEST_ID_LIMIT = 128
"""Characters of a key."""

REMEMBERED = timedelta(hours=24)
"""How long a key is known."""


class Requests:
    """Makes things once for each key, also when the same request comes twice at once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._under_way: dict[str, asyncio.Event] = {}

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
            known = await self._store.request(key, now - REMEMBERED)
            if known is not None:
                return known, True
            await make((RequestRecord(request_id=key, result_id=result_id, created_at=now),))
            return result_id, False
        finally:
            del self._under_way[key]
            ended.set()
