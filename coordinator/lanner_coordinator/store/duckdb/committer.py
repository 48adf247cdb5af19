"""Makes commits durable: all that have arrived while the last write ran share the next one."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lanner_coordinator.store.duckdb.commit_log import CommitLog
from lanner_coordinator.store.duckdb.database import store_errors
from lanner_coordinator.store.duckdb.settler import Settler
from lanner_coordinator.store.duckdb.unsettled import Group, Unsettled
from lanner_coordinator.store.errors import StoreClosed, StoreError
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.validation import Revisions

MAX_WAITING = 10_000
"""Commits that wait for their write; more callers wait before they are in line."""

_MAX_GROUP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A commit and who waits for it."""

    commit: Commit
    done: asyncio.Future[None]


class Committer:
    """One thread that writes the commit log."""

    def __init__(self, path: Path, log: CommitLog, unsettled: Unsettled, settler: Settler) -> None:
        self._path = path
        self._log = log
        self._unsettled = unsettled
        self._settler = settler
        self._revisions = Revisions({})
        self._waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._places = asyncio.Semaphore(MAX_WAITING)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="lanner-commit", daemon=True)

    def start(self, revisions: dict[tuple[str, str], int]) -> None:
        """Begin; `revisions` has the newest revision of each flow (namespace, id)."""
        self._revisions = Revisions(revisions)
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def commit(self, commit: Commit) -> None:
        """Wait until a commit is durable; being cancelled does not undo it."""
        if self._loop is None:
            raise StoreClosed("The store is not open.")
        await self._places.acquire()
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put(_Request(commit=commit, done=done))
        # No limit of its own: the thread answers every request, with an error if need be.
        await done

    async def close(self) -> None:
        """Write what is in line and stop; may be called again."""
        if self._loop is None:
            return
        self._loop = None
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        loop = self._loop
        is_open = True
        while is_open and loop is not None:
            requests, is_open = self._next_group()
            try:
                errors = self._write(requests)
            except Exception as error:  # noqa: BLE001 - without this thread every commit would hang
                failure = StoreError(f"The commit is not stored: {error!r}.")
                errors = [failure] * len(requests)
            loop.call_soon_threadsafe(self._answer, requests, errors)

    def _next_group(self) -> tuple[list[_Request], bool]:
        """All that are in line, at least one unless the end was reached; whether to go on."""
        requests: list[_Request] = []
        # No limit: an idle store waits for the next commit.
        request = self._waiting.get()
        while request is not None:
            requests.append(request)
            if len(requests) == _MAX_GROUP:
                return requests, True
            try:
                request = self._waiting.get_nowait()
            except queue.Empty:
                return requests, True
        return requests, False

    def _write(self, requests: Sequence[_Request]) -> list[StoreError | None]:
        """Make all durable together that can be; what is wrong with each."""
        errors: list[StoreError | None] = []
        commits: list[Commit] = []
        encoded: list[msgspec.Raw] = []
        for request in requests:
            try:
                encoded.append(msgspec.Raw(self._revisions.encode(request.commit)))
            except StoreError as error:
                errors.append(error)
            else:
                errors.append(None)
                commits.append(request.commit)
        try:
            if commits:
                self._append(commits, msgspec.msgpack.encode(encoded))
        except StoreError as error:
            self._revisions.forget(commits)
            return [wrong or error for wrong in errors]
        return errors

    def _append(self, commits: Sequence[Commit], payload: bytes) -> None:
        self._settler.wait_for_space()
        with store_errors(self._path):
            number = self._log.append(payload)
        self._unsettled.add(Group(number=number, commits=commits, size_bytes=len(payload)))
        self._log.forget(self._settler.settled_number)

    def _answer(self, requests: Sequence[_Request], errors: Sequence[StoreError | None]) -> None:
        """Tell the callers, on the event loop; one of them may be gone."""
        for request, error in zip(requests, errors, strict=True):
            self._places.release()
            if request.done.done():
                continue
            if error is None:
                request.done.set_result(None)
            else:
                request.done.set_exception(error)
