"""Carries durable commits into the tables in bulk, and keeps the database in order.

One thread does all that writes to DuckDB. It settles what waits when there is enough of it, when
it has waited long enough, or when a read asks for it, so that a busy store writes few large batches
and a quiet one is up to date within half a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, TypeVar

from lanner_coordinator.store.duckdb.batch import History
from lanner_coordinator.store.duckdb.database import Database, store_errors
from lanner_coordinator.store.duckdb.opening import settle
from lanner_coordinator.store.duckdb.unsettled import SETTLE_BYTES, Group, Unsettled
from lanner_coordinator.store.duckdb.upkeep import Upkeep
from lanner_coordinator.store.errors import StoreClosed, StoreError, StoreFull

SETTLE_SECONDS = 0.5
"""Longest time that commits wait for a batch."""
RETRY_SECONDS = 1.0
"""Time after which a full disk is tried again."""

_Result = TypeVar("_Result")


class Settler:
    """One thread that writes the tables."""

    def __init__(
        self, database: Database, unsettled: Unsettled, history: History, upkeep: Upkeep
    ) -> None:
        self._database = database
        self._unsettled = unsettled
        self._history = history
        self._settled_number = unsettled.last_number
        self._changed = unsettled.changed
        self._wanted_number = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._jobs: list[Callable[[], None]] = []
        self._failure: StoreError | None = None
        self._is_closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._upkeep = upkeep
        self._thread = threading.Thread(target=self._run, name="lanner-settle", daemon=True)

    @property
    def settled_number(self) -> int:
        """Number of the last group that the tables hold."""
        return self._settled_number

    def start(self) -> None:
        """Begin."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def settled(self) -> None:
        """Wait until the tables hold all that is durable now."""
        number = self._unsettled.last_number
        if number <= self._settled_number:
            return
        with self._changed:
            loop = self._running_loop()
            done: asyncio.Future[None] = loop.create_future()
            self._waiting.append((number, done))
            self._wanted_number = number
            self._changed.notify_all()
        # No limit of its own: the thread answers, with an error if the disk is full.
        await done

    async def run(self, job: Callable[[Database], _Result]) -> _Result:
        """Do something between two batches, when the tables hold all that is durable now."""
        await self.settled()
        with self._changed:
            loop = self._running_loop()
            done: asyncio.Future[_Result] = loop.create_future()
            self._jobs.append(lambda: _run_job(job, self._database, loop, done))
            self._changed.notify_all()
        # No limit of its own: how long it takes is the job's matter.
        return await done

    def wait_for_space(self) -> None:
        """Wait, in the committer's thread, while too much is unsettled.

        Raises:
            StoreError: The tables cannot be written, so that waiting may not help.
        """
        with self._changed:
            while self._unsettled.is_full and self._failure is None:
                self._changed.wait(RETRY_SECONDS)
            if self._failure is not None and (
                self._unsettled.is_full or not isinstance(self._failure, StoreFull)
            ):
                raise self._failure

    async def close(self) -> None:
        """Settle all and stop; may be called again."""
        if self._loop is None or self._is_closing:
            return
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        await asyncio.to_thread(self._thread.join)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._is_closing:
            raise StoreClosed("The store is not open.")
        return self._loop

    def _run(self) -> None:
        while self._wait_for_work():
            groups = self._unsettled.groups()
            try:
                if groups:
                    self._settle(groups)
                for job in self._take_jobs():
                    job()
                self._upkeep.after_batch(is_idle=not self._unsettled.size_bytes)
            except StoreError as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001 - without this thread nothing is stored
                self._fail(StoreError(f"The store failed: {error!r}. The log keeps what waits."))
        self._finish()

    def _wait_for_work(self) -> bool:
        """Wait for enough of it; false: the store closes."""
        with self._changed:
            arrived_at: float | None = None
            while not (self._is_closing or self._jobs or self._is_settling_due()):
                if self._unsettled.size_bytes:
                    arrived_at = monotonic() if arrived_at is None else arrived_at
                    left = arrived_at + SETTLE_SECONDS - monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(left)
                elif self._upkeep.is_due:
                    self._changed.wait(RETRY_SECONDS)
                    break
                else:
                    # No limit: an idle store has nothing to do.
                    self._changed.wait()
            return not self._is_closing

    def _is_settling_due(self) -> bool:
        return (
            self._unsettled.size_bytes >= SETTLE_BYTES or self._wanted_number > self._settled_number
        )

    def _settle(self, groups: Sequence[Group]) -> None:
        """Write groups into the tables, all or none."""
        commits = [commit for group in groups for commit in group.commits]
        number = groups[-1].number
        with store_errors(self._database.path):
            dead = settle(self._database.writing_cursor(), self._history, commits, number)
        self._upkeep.count_dead(dead)
        self._settled_number = number
        self._failure = None
        self._unsettled.drop(len(groups))
        self._answer(lambda wanted: wanted <= number, None)

    def _take_jobs(self) -> list[Callable[[], None]]:
        with self._changed:
            jobs, self._jobs = self._jobs, []
            return jobs

    def _fail(self, error: StoreError) -> None:
        """Tell who waits, and wait before the next try."""
        self._failure = error
        self._answer(lambda wanted: True, error)
        with self._changed:
            self._wanted_number = 0
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_closing, RETRY_SECONDS)
        with contextlib.suppress(StoreError):
            self._database.reopen()

    def _answer(self, is_due: Callable[[int], bool], error: StoreError | None) -> None:
        with self._changed:
            due = [done for wanted, done in self._waiting if is_due(wanted)]
            self._waiting = [each for each in self._waiting if not is_due(each[0])]
        loop = self._loop
        if due and loop is not None:
            loop.call_soon_threadsafe(_answer_all, due, error)

    def _finish(self) -> None:
        """Leave a database that opens at once; the log keeps what cannot be written."""
        with contextlib.suppress(StoreError):
            groups = self._unsettled.groups()
            if groups:
                self._settle(groups)
            self._upkeep.close()
        self._answer(lambda wanted: True, StoreClosed("The store was closed meanwhile."))
        for job in self._take_jobs():
            job()


def _answer_all(waiting: Sequence[asyncio.Future[None]], error: StoreError | None) -> None:
    for done in waiting:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _run_job(
    job: Callable[[Database], _Result],
    database: Database,
    loop: asyncio.AbstractEventLoop,
    done: asyncio.Future[_Result],
) -> None:
    """Run a job and hand its result, or what it raised, to the event loop."""

    def answer(result: Any, error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    try:
        with store_errors(database.path):
            result = job(database)
    except StoreError as error:
        loop.call_soon_threadsafe(answer, None, error)
    else:
        loop.call_soon_threadsafe(answer, result, None)
