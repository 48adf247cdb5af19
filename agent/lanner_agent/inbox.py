"""Numbers of what the coordinator sends: repetitions are left out, what is durable is acknowledged.

Acknowledgements are cumulative and go out together, 50 ms after the first or with the 100th.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lanner_agent.errors import ProtocolViolation

ACK_SECONDS = 0.05
ACK_COUNT = 100


class Inbox:
    """The coordinator's numbers in this lineage, over all its sessions."""

    def __init__(self) -> None:
        self._last_received = 0
        self._durable: set[int] = set()
        self._durable_through = 0
        self._acknowledged = 0
        self._is_ack_due = False
        self._timer: asyncio.TimerHandle | None = None
        self._wake: Callable[[], None] = _nobody

    @property
    def last_received(self) -> int:
        """Last number that was received."""
        return self._last_received

    def linked(self, wake: Callable[[], None]) -> None:
        """Tell `wake` from now on when `take_ack` has something."""
        self._wake = wake

    def unlinked(self) -> None:
        """The session is over: what is due goes out in the next one."""
        self._wake = _nobody
        self._cancel_timer()
        self._is_ack_due = self._durable_through > 0

    def is_news(self, sequence: int) -> bool:
        """Whether a numbered message is to be acted on; a repeated one is acknowledged again.

        Raises:
            ProtocolViolation: Messages before it are missing.
        """
        if sequence <= self._last_received:
            if sequence <= self._durable_through:
                self._acknowledge_now()
            return False
        if sequence > self._last_received + 1:
            raise ProtocolViolation(
                f"Message {sequence} came after {self._last_received}: some are missing."
            )
        self._last_received = sequence
        return True

    def is_durable(self, sequence: int) -> None:
        """Take note that a message's effect is on disk; in any order."""
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
