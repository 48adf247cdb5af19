"""Numbers of what the coordinator sends: repetitions are left out, what is durable is acknowledged.

Acknowledgements are cumulative and go out together, 50 ms after the first or with the 100th.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lanner_agent.errors import ProtocolViolation

ACK_SECONDS = 0.05
ACK_COUNT = 100

MarkDurable = Callable[[], None]
"""Says that a message's effect is on disk."""


class Inbox:
    """The coordinator's numbers, over all its sessions with this boot of the agent.

    The first numbered message of a session may have a number that came before: the coordinator
    sends again what was not acknowledged, or it restarted and counts anew. Either way the message
    is acted on, which is harmless: orders are idempotent by attempt.
    """

    def __init__(self) -> None:
        self._last_received = 0
        self._durable: set[int] = set()
        self._durable_through = 0
        self._acknowledged = 0
        self._is_first = True
        self._lineage = 0
        self._is_ack_due = False
        self._timer: asyncio.TimerHandle | None = None
        self._wake: Callable[[], None] = _nobody

    @property
    def last_received(self) -> int:
        """Last number that was received."""
        return self._last_received

    def linked(self, wake: Callable[[], None]) -> None:
        """Begin a session: tell `wake` from now on when `take_ack` has something."""
        self._wake = wake
        self._is_first = True

    def unlinked(self) -> None:
        """The session is over; what is due is acknowledged when it is repeated."""
        self._wake = _nobody
        self._cancel_timer()
        self._is_ack_due = False

    def receive(self, sequence: int) -> MarkDurable | None:
        """Take note of a numbered message.

        Returns:
            To be called when the message's effect is on disk, in any order; absent: it is a
            repetition, acknowledged again and to be ignored.

        Raises:
            ProtocolViolation: Messages before it are missing.
        """
        is_first, self._is_first = self._is_first, False
        if sequence > self._last_received + 1:
            raise ProtocolViolation(
                f"Message {sequence} came after {self._last_received}: some are missing."
            )
        if sequence <= self._last_received and is_first:
            self._count_anew(sequence)
        elif sequence <= self._last_received:
            if sequence <= self._durable_through:
                self._acknowledge_now()
            return None
        self._last_received = sequence
        lineage = self._lineage
        return lambda: self._is_durable(sequence, lineage)

    def _count_anew(self, sequence: int) -> None:
        self._lineage += 1
        self._durable.clear()
        self._durable_through = self._acknowledged = sequence - 1

    def _is_durable(self, sequence: int, lineage: int) -> None:
        if lineage != self._lineage:
            return
        self._durable.add(sequence)
        while self._durable_through + 1 in self._durable:
            self._durable_through += 1
            self._durable.remove(self._durable_through)
        waiting = self._durable_through - self._acknowledged
        if waiting >= ACK_COUNT:
            self._acknowledge_now()
        elif waiting and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(ACK_SECONDS, self._acknowledge_now)

    def _acknowledge_now(self) -> None:
        self._cancel_timer()
        self._is_ack_due = True
        self._wake()

    def take_ack(self) -> int | None:
        """The number to acknowledge now; absent: nothing is due."""
        if not self._is_ack_due:
            return None
        self._is_ack_due = False
        self._acknowledged = self._durable_through
        return self._durable_through

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _nobody() -> None:
    """Nobody waits for acknowledgements while there is no session."""
