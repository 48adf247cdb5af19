"""Streams that are to last as long as the screen that reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from lanner_proto.backoff import full_jitter
from lanner_proto.errors import LannerError, TimedOut, Unavailable

Item = TypeVar("Item")


async def keep_open(
    open_stream: Callable[[], AsyncIterator[Item]],
    take: Callable[[Item], None],
    fail: Callable[[LannerError], None],
) -> None:
    """Hand every item of a stream to `take`, and open it again when the link was lost.

    Ends when the stream ends by itself, or when the coordinator refuses it, which `fail` is told.
    """
    failed_tries = 0
    while True:
        try:
            async for item in open_stream():
                failed_tries = 0
                take(item)
        except (Unavailable, TimedOut):
            failed_tries += 1
            await asyncio.sleep(full_jitter(failed_tries))
        except LannerError as error:
            fail(error)
            return
        else:
            return
