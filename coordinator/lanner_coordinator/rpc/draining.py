"""Lets clients finish sending what is refused, so that they hear why.

A gRPC client that still writes when its call is ended may report the failed write instead of the
status that it was ended with.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

LIMIT_BYTES = 16 * 1024 * 1024
"""The most that is read of what nobody wants."""

LIMIT_SECONDS = 5.0
"""How long that may take."""


class Sized(Protocol):
    """A message that knows its size."""

    def ByteSize(self) -> int:
        """Bytes of it."""


@asynccontextmanager
async def draining(requests: AsyncIterator[Sized]) -> AsyncIterator[None]:
    """Read on after an error inside, for a while, before it is raised."""
    try:
        yield
    except Exception:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LIMIT_SECONDS):
                await _drain(requests)
        raise


async def _drain(requests: AsyncIterator[Sized]) -> None:
    size_bytes = 0
    async for request in requests:
        size_bytes += request.ByteSize()
        if size_bytes > LIMIT_BYTES:
            return
