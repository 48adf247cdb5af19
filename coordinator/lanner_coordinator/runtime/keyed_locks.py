"""Locks by key, which exist only while somebody holds or wants them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(slots=True)
class _Counted:
    """A lock and how many hold or want it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    user_count: int = 0


class KeyedLocks(Generic[_Key]):
    """Lets one at a time do something with the same key."""

    def __init__(self) -> None:
        self._locks: dict[_Key, _Counted] = {}

    @asynccontextmanager
    async def hold(self, key: _Key) -> AsyncIterator[None]:
        """Hold the lock of a key; whoever came first gets it first."""
        counted = self._locks.setdefault(key, _Counted())
        counted.user_count += 1
        try:
            # No limit: those who hold it wait for commits and fetches only, which end.
            async with counted.lock:
                yield
        finally:
            counted.user_count -= 1
            if not counted.user_count:
                del self._locks[key]

    @asynccontextmanager
    async def hold_all(self, keys: Iterable[_Key]) -> AsyncIterator[None]:
        """Hold the locks of many keys, given in an order that all callers share."""
        async with AsyncExitStack() as stack:
            for key in keys:
                await stack.enter_async_context(self.hold(key))
            yield
