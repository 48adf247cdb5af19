"""One session with the coordinator: from Hello to the end of the stream."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, assert_never

from lanner_agent.errors import ProtocolViolation, SessionError, SessionLost, SessionRefused
from lanner_agent.inbox import Inbox
from lanner_agent.orders import (
    Ack,
    Answer,
    Assign,
    Cancel,
    Drain,
    HeartbeatReply,
    Order,
    Refusal,
    RemoveFolder,
    Unknown,
    Welcome,
)
from lanner_agent.reports import Heartbeat, Hello
from lanner_agent.spool import Spool
from lanner_agent.wire.catalog import EncodedCatalog
from lanner_agent.wire.encoding import batched, encode_ack, encode_heartbeat, encode_hello, numbered

log = logging.getLogger(__name__)

ANSWER_SECONDS = 15.0
BATCH_COUNT = 64
# Far below the limit of one message, which a single report may come near.
BATCH_BYTES = 256 * 1024


class Stream(Protocol):
    """An open stream: one task may send while another receives."""

    async def send(self, message: bytes) -> None:
        """Send one serialized message; waits while the coordinator is slow.

        Raises:
            SessionError: The stream is over.
        """

    async def receive(self) -> tuple[int, Order | Answer]:
        """Wait for the next message and its number.

        Raises:
            SessionError: The stream is over, or the message breaks the rules.
        """


class Desk(Protocol):
    """Where the session takes what it receives; every call returns at once."""

    def hello(self) -> Hello:
        """Who dials, as of now."""

    def heartbeat(self, number: int) -> Heartbeat:
        """How the agent is, as of now."""

    def welcomed(self, welcome: Welcome, seconds_ago: float) -> None:
        """The coordinator took the agent; the Hello was sent so long ago."""

    def heartbeat_answered(self, seconds_ago: float) -> None:
        """A heartbeat that was sent so long ago is answered."""

    def take(self, order: Assign | Cancel | Drain | RemoveFolder) -> asyncio.Future[None] | None:
        """Carry out an order.

        Returns:
            Ends when the order is durable here; absent: it is.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What outlives a session: the same parts for all sessions of a boot.

    Attributes:
        spool: What to send.
        inbox: Numbers of what was received.
        desk: Takes what is received.
        catalog: The agent's task types.
    """

    spool: Spool
    inbox: Inbox
    desk: Desk
    catalog: EncodedCatalog


class Session:
    """One session; `run` is called once."""

    def __init__(self, stream: Stream, lineage: Lineage) -> None:
        self._stream = stream
        self._spool = lineage.spool
        self._inbox = lineage.inbox
        self._desk = lineage.desk
        self._catalog = lineage.catalog
        self._unnumbered: deque[bytes] = deque()
        self._sent_at: dict[int, float] = {}
        self._heartbeat_interval = timedelta()
        self._lease = timedelta()
        self._answered_at = 0.0
        self.is_welcome = False

    async def run(self) -> None:
        """Work until the stream ends.

        Raises:
            SessionError: Why it ended.
        """
        welcome = await self._shake_hands()
        self._spool.linked(welcome.last_received_sequence)
        self._inbox.linked(self._spool.news.set)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._receive())
                group.create_task(self._send())
                group.create_task(self._beat())
        except BaseExceptionGroup as errors:
            known, unknown = errors.split(SessionError)
            if known is None or unknown is not None:
                raise
            raise _first(known) from errors
        finally:
            self._inbox.unlinked()
            self._spool.unlinked()

    async def _shake_hands(self) -> Welcome:
        loop = asyncio.get_running_loop()
        sent_at = loop.time()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._stream.send(encode_hello(self._desk.hello()))
                _, answer = await self._stream.receive()
        except TimeoutError as cause:
            raise SessionLost("The coordinator did not answer the Hello.") from cause
        match answer:
            case Welcome():
                self._heartbeat_interval = answer.heartbeat_interval
                self._lease = answer.lease
                self._answered_at = loop.time()
                self.is_welcome = True
                if answer.wants_catalog:
                    self._unnumbered.append(self._catalog.message)
                self._desk.welcomed(answer, loop.time() - sent_at)
                return answer
            case Refusal():
                raise SessionRefused(answer.reason, may_retry=answer.may_retry)
            case _:
                raise ProtocolViolation(f"{type(answer).__name__} came in place of a Welcome.")

    async def _receive(self) -> None:
        while True:
            sequence, content = await self._stream.receive()
            match content:
                case Assign() | Cancel() | Drain() | RemoveFolder() | Unknown():
                    self._order(sequence, content)
                case Ack():
                    self._spool.acknowledge(content.sequence)
                case HeartbeatReply():
                    self._heartbeat_answered(content.number)
                case Welcome() | Refusal():
                    raise ProtocolViolation(f"{type(content).__name__} came in mid-session.")
                case _:
                    assert_never(content)

    def _order(self, sequence: int, order: Order) -> None:
        mark_durable = self._inbox.receive(sequence) if sequence else None
        if mark_durable is None:
            return
        durable = None if isinstance(order, Unknown) else self._desk.take(order)
        if durable is None:
            mark_durable()
        else:
            durable.add_done_callback(lambda _: mark_durable())

    def _heartbeat_answered(self, number: int) -> None:
        sent_at = self._sent_at.pop(number, None)
        if sent_at is not None:
            self._sent_at = {key: at for key, at in self._sent_at.items() if key > number}
            self._answered_at = asyncio.get_running_loop().time()
            self._desk.heartbeat_answered(self._answered_at - sent_at)

    async def _send(self) -> None:
        while True:
            self._spool.news.clear()
            while message := await self._next_message():
                await self._stream.send(await self._with_company(message))
            await self._spool.news.wait()  # no limit: heartbeats and acknowledgements wake it too

    async def _with_company(self, message: bytes) -> bytes:
        """The message, in one with all others that are ready: each costs both sides a wake-up."""
        messages = [message]
        size_bytes = len(message)
        while len(messages) < BATCH_COUNT and size_bytes < BATCH_BYTES:
            another = await self._next_message()
            if another is None:
                break
            messages.append(another)
            size_bytes += len(another)
        return message if len(messages) == 1 else batched(messages)

    async def _next_message(self) -> bytes | None:
        if self._unnumbered:
            return self._unnumbered.popleft()
        acknowledged = self._inbox.take_ack()
        if acknowledged is not None:
            return encode_ack(acknowledged)
        report = await self._spool.next_to_send()
        return None if report is None else numbered(*report)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        number = 0
        while True:
            if loop.time() - self._answered_at > self._lease.total_seconds():
                raise SessionLost("The coordinator does not answer heartbeats.")
            number += 1
            self._sent_at[number] = loop.time()
            self._unnumbered.append(encode_heartbeat(self._desk.heartbeat(number)))
            self._spool.news.set()
            await asyncio.sleep(self._heartbeat_interval.total_seconds())


def _first(errors: BaseExceptionGroup[SessionError]) -> SessionError:
    """The error that says most: whatever ends the stream also breaks the other direction."""
    flat: list[SessionError] = []
    for error in errors.exceptions:
        flat += [_first(error)] if isinstance(error, BaseExceptionGroup) else [error]
    return next((error for error in flat if not isinstance(error, SessionLost)), flat[0])
