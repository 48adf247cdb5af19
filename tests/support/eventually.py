"""Wait for real I/O without guessing how long it takes: look again and again until it is so.

For tests with sockets, processes and containers only; everything else has the fake clock or
looptime.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

POLL_SECONDS = 0.02
NOTHING = "nothing, the first look did not end"


@overload
async def eventually(
    check: Callable[[], Awaitable[T]],
    within_seconds: float = ...,
    *,
    until: Callable[[T], object] = ...,
) -> T: ...
@overload
async def eventually(
    check: Callable[[], T],
    within_seconds: float = ...,
    *,
    until: Callable[[T], object] = ...,
) -> T: ...
async def eventually(
    check: Callable[[], object],
    within_seconds: float = 5,
    *,
    until: Callable[[Any], object] = bool,
) -> object:
    """Call `check` until what it returns satisfies `until`, and return that.

    Args:
        check: Looks at the state of things; plain or async. An `AssertionError` means "not yet".
        within_seconds: Limit of the whole wait, an async `check` that hangs included.
        until: Whether the state is the awaited one; by default, whether it is true.

    Raises:
        AssertionError: It was never so; says what was seen last.
    """
    last_seen = NOTHING
    try:
        async with asyncio.timeout(within_seconds) as limit:
            while True:
                try:
                    looked = check()
                    state = await looked if inspect.isawaitable(looked) else looked
                    last_seen = repr(state)
                    if until(state):
                        return state
                except AssertionError as not_yet:
                    last_seen = str(not_yet)
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        if not limit.expired():
            raise
        raise _never(within_seconds, last_seen) from None


def eventually_blocking(
    check: Callable[[], T],
    within_seconds: float = 5,
    *,
    until: Callable[[T], object] = bool,
) -> T:
    """Do the same as `eventually` where there is no event loop; `check` must not hang."""
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            state = check()
            last_seen = repr(state)
            if until(state):
                return state
        except AssertionError as not_yet:
            last_seen = str(not_yet)
        if time.monotonic() >= deadline:
            raise _never(within_seconds, last_seen)
        time.sleep(POLL_SECONDS)


def _never(within_seconds: float, last_seen: str) -> AssertionError:
    return AssertionError(f"not so within {within_seconds:g} s; last seen: {last_seen}")
