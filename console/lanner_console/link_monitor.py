"""What is known about the link to the coordinator: a state with a sentence, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lanner_console.clock import Clock
from lanner_console.models import ServerStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """The link now.

    Attributes:
        is_up: The coordinator answers, as far as is known.
        reason: Why it is down; empty when it is up.
        lost_at: Since when it is down; absent when it is up.
        retry_at: When it is tried again; absent when it is up or being tried.
        failed_tries: Tries in a row that failed.
        status: What the coordinator last said of itself; absent: nothing yet.
        heard_at: When that was.
    """

    is_up: bool = True
    reason: str = ""
    lost_at: datetime | None = None
    retry_at: datetime | None = None
    failed_tries: int = 0
    status: ServerStatus | None = None
    heard_at: datetime | None = None


class LinkMonitor:
    """Keeps the state of the link and tells one listener of every change."""

    def __init__(self, clock: Clock) -> None:
        self.view = LinkView()
        self._clock = clock
        self._listener: Callable[[LinkView, LinkView], None] | None = None

    def listen(self, listener: Callable[[LinkView, LinkView], None]) -> None:
        """Have `listener` called with the state before and after each change."""
        self._listener = listener

    def heard(self, status: ServerStatus) -> None:
        """Note an answer of the coordinator."""
        self._change(LinkView(status=status, heard_at=self._clock()))

    def lost(self, reason: str, *, retry_in_seconds: float) -> None:
        """Note that the coordinator does not answer."""
        now = self._clock()
        self._change(
            replace(
                self.view,
                is_up=False,
                reason=reason,
                lost_at=self.view.lost_at or now,
                retry_at=now + timedelta(seconds=retry_in_seconds),
                failed_tries=self.view.failed_tries + 1,
            )
        )

    def trying(self) -> None:
        """Note that it is being tried."""
        self._change(replace(self.view, retry_at=None))

    def _change(self, view: LinkView) -> None:
        before, self.view = self.view, view
        if self._listener is not None:
            self._listener(before, view)
