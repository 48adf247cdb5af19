"""An event loop that says when it would wait, so that waiting can be skipped.

The coordinator waits for dates of its clock. In a test that clock is set: whenever nothing is left
to do and no thread is at work, whoever runs the test is called and may move the clock.
"""

from __future__ import annotations

import asyncio
import selectors
from asyncio import Future
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple, Unpack

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

OnIdle = Callable[[], bool]
"""Is called when the loop would wait; whether it has given it something to do."""


class IdleLoop(asyncio.SelectorEventLoop):
    """Calls `on_idle` before it would wait for time to pass.

    Attributes:
        on_idle: Absent: it waits as any other loop does.
    """

    def __init__(self) -> None:
        super().__init__(_IdleSelector(self._may_wait, self._tell))
        self.on_idle: OnIdle | None = None
        self._threads = 0

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Arguments]], _Result],
        *args: *_Arguments,
    ) -> Future[_Result]:
        """As any loop does; what runs in a thread is work, and not waiting."""
        self._threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, future: Future[_Result]) -> None:
        self._threads -= 1

    def _may_wait(self) -> bool:
        return self._threads > 0 or self.on_idle is None

    def _tell(self) -> bool:
        # The loop looks at what this sets going before it asks again.
        return self.on_idle is not None and self.on_idle()


class _IdleSelector(selectors.DefaultSelector):
    """Tells of every wait that nothing but time would end."""

    def __init__(self, may_wait: Callable[[], bool], tell: Callable[[], bool]) -> None:
        super().__init__()
        self._may_wait = may_wait
        self._tell = tell

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for files, unless only the clock could end it."""
        if (timeout is not None and timeout <= 0) or self._may_wait():
            return super().select(timeout)
        ready = super().select(0)
        if ready or self._tell():
            return ready
        return super().select(timeout)
