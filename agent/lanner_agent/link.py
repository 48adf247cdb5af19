"""Keeps a session with the coordinator: dials again whenever one breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from lanner_agent.backoff import full_jitter_seconds
from lanner_agent.errors import SessionError, SessionRefused, TakenOver
from lanner_agent.session import Lineage, Session, Stream

log = logging.getLogger(__name__)

Dial = Callable[[], AbstractAsyncContextManager[Stream]]
"""Opens a stream on a channel of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """How the coordinator is reached.

    Attributes:
        dial: Opens a stream.
        random: Gives numbers from 0 to 1, for the waits between sessions.
        longest_wait_seconds: Between sessions.
    """

    dial: Dial
    random: Callable[[], float]
    longest_wait_seconds: float


async def keep_session(dialling: Dialling, lineage: Lineage) -> None:
    """Hold session after session, until cancelled.

    Args:
        dialling: How the coordinator is reached.
        lineage: What outlives a session.

    Raises:
        SessionRefused: Dialling again cannot help.
        TakenOver: Another agent has this one's id.
    """
    failure_count = 0
    told = ""
    while True:
        failure_count += 1
        try:
            async with dialling.dial() as stream:
                session = Session(stream, lineage)
                try:
                    await session.run()
                finally:
                    if session.is_welcome:
                        failure_count, told = 1, ""
        except (SessionRefused, TakenOver) as error:
            if isinstance(error, TakenOver) or not error.may_retry:
                raise
            told = _tell(error, told)
        except SessionError as error:
            told = _tell(error, told)
        wait_seconds = full_jitter_seconds(
            failure_count, dialling.random, dialling.longest_wait_seconds
        )
        await asyncio.sleep(wait_seconds)


def _tell(error: SessionError, told: str) -> str:
    """Log why there is no session, once while it is the same; what was told last."""
    if str(error) != told:
        log.warning("%s Dialling again.", error)
    return str(error)
