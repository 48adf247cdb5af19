"""Group commit: one thread writes, one `fdatasync` makes durable all that came meanwhile.

Jobs run in the order they are given in. A job that needs to be durable returns the file to sync;
jobs that arrive while the thread is busy form the next group, so that the price of a sync is shared
by all attempts that start or end at about the same time. A job that nobody waits for may wait for
the next group: waking the thread costs more than the write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.02
PATIENCE_BYTES = 256 * 1024


class Syncable(Protocol):
    """A file that can be made durable."""

    def sync(self) -> None:
        """Return when what was written is durable; also after the file was closed."""


Job = Callable[[], Syncable | None]
"""Writes something; returns the file to sync before the job counts as done, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    job: Job
    done: asyncio.Future[None]
    size_bytes: int


@dataclass(slots=True, kw_only=True)
class _Group:
    """What the thread works on at once; `errors` has one entry for each job."""

    pending: Sequence[_Pending]
    errors: list[BaseException | None] = field(default_factory=list)

    def write(self) -> None:
        """Run all jobs, then sync each file once. Runs in the thread."""
        to_sync: dict[Syncable, list[int]] = {}
        for index, each in enumerate(self.pending):
            try:
                file = each.job()
            except BaseException as error:  # noqa: BLE001 (handed to whom the job belongs)
                self.errors.append(error)
                continue
            self.errors.append(None)
            if file is not None:
                to_sync.setdefault(file, []).append(index)
        for file, indexes in to_sync.items():
            try:
                file.sync()
            except OSError as error:
                for index in indexes:
                    self.errors[index] = error


class Disk:
    """The one writer of the data folder."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")
        self._waiting: list[_Pending] = []
        self._is_writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._backlog_bytes = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._is_writing and self._waiting:
            self._start_group()
        # No limit: a write that hangs in the kernel cannot be given up, and nothing is lost by it.
        await self._idle.wait()
        self._thread.shutdown(wait=False)

    @property
    def backlog_bytes(self) -> int:
        """Bytes handed over that are not written yet."""
        return self._backlog_bytes

    def write(
        self, job: Job, size_bytes: int = 0, *, may_wait: bool = False
    ) -> asyncio.Future[None]:
        """Hand over a job; the future ends when it is done, and durable if it asked for that.

        The future may be left alone: what goes wrong then is logged.

        Args:
            job: What to do.
            size_bytes: How much it writes.
            may_wait: A few milliseconds, for others to join in.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_log_error)
        self._waiting.append(_Pending(job=job, done=done, size_bytes=size_bytes))
        self._backlog_bytes += size_bytes
        self._idle.clear()
        if not self._is_writing:
            self._schedule(may_wait=may_wait and self._backlog_bytes < PATIENCE_BYTES)
        return done

    def _schedule(self, *, may_wait: bool) -> None:
        loop = asyncio.get_running_loop()
        if not may_wait:
            self._is_writing = True
            self._cancel_timer()
            # The rest of this turn of the loop may add to the group.
            loop.call_soon(self._start_group)
        elif self._timer is None:
            self._timer = loop.call_later(PATIENCE_SECONDS, self._start_group)

    def _start_group(self) -> None:
        self._is_writing = True
        self._cancel_timer()
        group = _Group(pending=self._waiting)
        self._waiting = []
        written = asyncio.get_running_loop().run_in_executor(self._thread, group.write)
        written.add_done_callback(lambda _: self._end_group(group))

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_group(self, group: _Group) -> None:
        for each, error in zip(group.pending, group.errors, strict=True):
            self._backlog_bytes -= each.size_bytes
            if each.done.cancelled():
                continue
            if error is None:
                each.done.set_result(None)
            else:
                each.done.set_exception(error)
        if self._waiting:
            self._start_group()
        else:
            self._is_writing = False
            self._idle.set()


def _log_error(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("The data folder cannot be written: %s", error)
