"""Which messages of an agent are durable, so that it may forget them.

Numbers arrive in order; commits end in any order. The acknowledgement is cumulative: it names the
last number before the first one that is not durable yet.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Acknowledgements:
    """Numbers received on one lineage.

    Attributes:
        received: Last number that arrived.
        durable: Last number that may be acknowledged.
    """

    def __init__(self, received: int = 0) -> None:
        self.received = received
        self.durable = received
        self._pending: deque[tuple[int, asyncio.Future[None] | None]] = deque()

    @property
    def pending_count(self) -> int:
        """Messages that are not durable yet."""
        return len(self._pending)

    def add(self, sequence: int, commit: asyncio.Future[None] | None) -> None:
        """A message arrived; it is durable when `commit` is done (absent: at once)."""
        self.received = sequence
        self._pending.append((sequence, commit))

    def advance(self) -> bool:
        """Take note of commits that are done; whether `durable` moved.

        Raises:
            CoordinatorError: A commit failed: the messages from it on count as not received.
        """
        before = self.durable
        while self._pending:
            sequence, commit = self._pending[0]
            if commit is not None:
                if not commit.done():
                    break
                if commit.cancelled() or commit.exception() is not None:
                    self._forget_from_here()
                    commit.result()
            self._pending.popleft()
            self.durable = sequence
        return self.durable > before

    def _forget_from_here(self) -> None:
        for _, commit in self._pending:
            if commit is not None and commit.done() and not commit.cancelled():
                commit.exception()
        self._pending.clear()
        self.received = self.durable
