"""One stream of an agent, as the coordinator writes to it.

The stream's handler takes messages from `outgoing()` and hands what arrives to the registry. A
session ends once, with a sentence, and
is never used again: a reconnect makes a new one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from enum import StrEnum

from lanner_coordinator.runtime.agents.messages import (
    Acknowledged,
    HeartbeatReply,
    Numbered,
    Outgoing,
)

ACKNOWLEDGE_SECONDS = 0.05
"""Acknowledgements wait this long for more, unless there are many."""

ACKNOWLEDGE_COUNT = 100
"""Messages after which an acknowledgement is sent at once."""


class SessionEnd(StrEnum):
    """Why the coordinator ended a stream."""

    LEFT = "left"
    """The agent ended it."""
    SUPERSEDED = "superseded"
    """Another boot of the same agent took over."""
    BROKEN = "broken"
    """The agent broke the protocol's rules."""
    SILENT = "silent"
    """Its lease ran out."""
    NOT_DURABLE = "not durable"
    """What it reported could not be committed: it is to report it again."""


class AgentSession:
    """A stream of one agent.

    Attributes:
        agent_id: Whose.
        end: Why it ended; absent: it has not.
        end_message: The same as a sentence.
    """

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.end: SessionEnd | None = None
        self.end_message = ""
        self._queue: deque[Numbered] = deque()
        self._changed = asyncio.Event()
        self._acknowledged = 0
        self._to_acknowledge = 0
        self._alarm: asyncio.TimerHandle | None = None

    def send(self, message: Numbered) -> None:
        """Send a numbered message, or one without number."""
        if self.end is None:
            self._queue.append(message)
            self._changed.set()

    def reply(self, reply: HeartbeatReply) -> None:
        """Answer a heartbeat."""
        self.send(Numbered(sequence=0, message=reply))

    def acknowledge(self, sequence: int) -> None:
        """Acknowledge all messages up to this one, soon."""
        self._to_acknowledge = sequence
        if sequence - self._acknowledged >= ACKNOWLEDGE_COUNT:
            self._changed.set()
        elif self._alarm is None:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_later(ACKNOWLEDGE_SECONDS, self._changed.set)

    def close(self, end: SessionEnd, message: str) -> None:
        """End the stream; harmless when it has ended."""
        if self.end is None:
            self.end = end
            self.end_message = message
            self._changed.set()

    async def outgoing(self) -> AsyncIterator[Numbered]:
        """Messages as they come, until the session is closed."""
        while self.end is None:
            self._changed.clear()
            while self._queue:
                yield self._queue.popleft()
            if self._to_acknowledge > self._acknowledged:
                self._stop_alarm()
                self._acknowledged = self._to_acknowledge
                yield unnumbered(Acknowledged(sequence=self._acknowledged))
            if not self._queue:
                await self._changed.wait()  # no limit: there may be nothing to say

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def unnumbered(message: Outgoing) -> Numbered:
    """A message that is neither numbered nor repeated."""
    return Numbered(sequence=0, message=message)
