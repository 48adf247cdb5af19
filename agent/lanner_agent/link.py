"""Keeps a session with the coordinator: dials again whenever one breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from lanner_agent.backoff import full_jitter_seconds
from lanner_agent.errors import SessionError, SessionRefused, TakenOver
from lanner_agent.session import Lineage, Session, Stream

log = logging.getLogger(__name__)

Dial = Callable[[], AbstractAsyncContextManager[Stream]]
"""Opens a stream on a channel of its own."""


async def keep_session(dial: Dial, lineage: Lineage, random: Callable[[], float]) -> None:
    """Hold session after session, until cancelled.

    Args:
        dial: Opens a stream.
        lineage: What outlives a session.
        random: Gives numbers from 0 to 1, for the waits between sessions.

    Raises:
        SessionRefused: Dialling again cannot help.
        TakenOver: Another agent has this one's id.
    """
    failure_count = 0
    while True:
        failure_count += 1
        try:
            async with dial() as stream:
                session = Session(stream, lineage)
                try:
                    await session.run()
                finally:
                    if session.is_welcome:
                        failure_count = 1
        except (SessionRefused, TakenOver) as error:
            if isinstance(error, TakenOver) or not error.may_retry:
                raise
            log.warning("%s", error)
        except SessionError as error:
            log.warning("%s", error)
        await asyncio.sleep(full_jitter_seconds(failure_count, random))
