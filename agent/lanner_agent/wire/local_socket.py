"""Dials a coordinator on this host as soon as its socket is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lanner_agent.wire.dial import SessionStream, dial

LOCAL_PREFIX = "unix:"
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 2.0


@asynccontextmanager
async def dial_local(address: str, agent_id: str) -> AsyncIterator[SessionStream]:
    """Open a stream to `unix:/path`.

    Both programs of `lanner up` start at once. To look for a file costs next to nothing, so that
    the agent need not sleep past the moment at which the coordinator begins to listen. Without a
    socket it dials all the same after a while, which says in words what is wrong.
    """
    socket = Path(address.removeprefix(LOCAL_PREFIX))
    for _ in range(round(PATIENCE_SECONDS / LOOK_SECONDS)):
        if socket.exists():  # noqa: ASYNC240 - it takes microseconds
            break
        await asyncio.sleep(LOOK_SECONDS)
    async with dial(address, agent_id) as stream:
        yield stream
