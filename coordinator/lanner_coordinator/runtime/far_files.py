"""Small files that are in a storage elsewhere only: fetched when an expression asks for them.

Most are near already: they were written on this machine, or brought when the coordinator started.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from dataclasses import dataclass
from typing import NoReturn, Protocol

from lanner_coordinator.runtime.artifacts import (
    ArtifactError,
    ArtifactMissing,
    ArtifactUri,
    StorageUnavailable,
)
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.keyed_locks import KeyedLocks
from lanner_coordinator.runtime.wanted import Wanted

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 90.0
"""How long a file is waited for: a storage may be away for a minute."""

FAILURE_SECONDS = 5.0
"""How long it counts that a file is not there, or cannot be read: then it is tried again."""

FETCH_COUNT = 4
"""Files that are fetched at once; further ones wait. Other transfers have threads left."""

MOST_ANSWERS = 10_000
"""Failures that are remembered; beyond, the oldest are forgotten."""

MOST_BEGUN = 100
"""Files to be fetched while nobody waits; further ones are when they are asked for again."""


class FarFileUnreadable(ValueError):
    """A file cannot be fetched at the moment, so that nobody knows even whether there is one."""


class FarStorage(Protocol):
    """A storage elsewhere."""

    async def bring(self, uri: ArtifactUri) -> None:
        """See to it that an artifact, or its size if it is large, is on this machine.

        Raises:
            ArtifactMissing: There is none.
            ArtifactError: It cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """Why a file is not near.

    Attributes:
        reason: A sentence; empty: there is no such file.
        until: On the monotonic clock.
    """

    reason: str = ""
    until: float


class FarFiles:
    """Fetches files for expressions, which do not wait for them."""

    def __init__(
        self, storage: FarStorage, clock: Clock, *, limit_seconds: float = LIMIT_SECONDS
    ) -> None:
        """Nothing is fetched yet.

        Args:
            storage: Has them.
            clock: Says how long failures count.
            limit_seconds: How long a file is waited for.
        """
        self._storage = storage
        self._clock = clock
        self._limit_seconds = limit_seconds
        self._failures: dict[ArtifactUri, _Failure] = {}
        self._outage: _Failure | None = None
        self._locks: KeyedLocks[ArtifactUri] = KeyedLocks()
        self._places = asyncio.Semaphore(FETCH_COUNT)
        self._begun: asyncio.Queue[ArtifactUri] = asyncio.Queue(MOST_BEGUN)
        self._loop: asyncio.AbstractEventLoop | None = None

    def refuse(self, uri: ArtifactUri) -> NoReturn:
        """Say why a file is not near; may be called in any thread.

        Raises:
            FileNotFoundError: There is no such file.
            FarFileUnreadable: It could not be fetched a moment ago.
            Wanted: It must be fetched first.
        """
        failure = self._failure(uri)
        if failure is None:
            raise Wanted(
                f"{uri} is being fetched from the artifact storage",
                begin=functools.partial(self._begin, uri),
                read=functools.partial(self._read, uri),
                is_slow=True,
            )
        if failure.reason:
            raise FarFileUnreadable(f"Cannot read {uri}: {failure.reason}")
        raise FileNotFoundError(f"There is no artifact {uri}.")

    async def run(self) -> None:
        """Fetch what nobody waits for, for ever."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._read(await self._begun.get())  # no limit: nothing may be asked for

    def _begin(self, uri: ArtifactUri) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._put, uri)

    def _put(self, uri: ArtifactUri) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._begun.put_nowait(uri)

    async def _read(self, uri: ArtifactUri) -> None:
        """Fetch a file, unless somebody did meanwhile; those that ask at once share the answer."""
        async with self._locks.hold(uri), self._places:
            if self._failure(uri) is None:
                await self._fetch(uri)

    async def _fetch(self, uri: ArtifactUri) -> None:
        try:
            async with asyncio.timeout(self._limit_seconds):
                await self._storage.bring(uri)
            self._failures.pop(uri, None)
            self._outage = None
        except ArtifactMissing:
            self._remember(uri, "")
        except StorageUnavailable as error:
            self._outage = self._remember(uri, str(error))
        except TimeoutError:
            reason = (
                f"the artifact storage did not give it within {self._limit_seconds:g} s. "
                "Try again later."
            )
            logger.warning("%s: %s", uri, reason)
            self._outage = self._remember(uri, reason)
        except ArtifactError as error:
            self._remember(uri, str(error))
        except Exception as error:  # a surprise of disk or library must not stop executions
            logger.exception("%s cannot be fetched", uri)
            self._remember(uri, f"fetching it failed unexpectedly ({type(error).__name__})")

    def _failure(self, uri: ArtifactUri) -> _Failure | None:
        now = self._clock.monotonic()
        known = (self._failures.get(uri), self._outage)
        return next((one for one in known if one is not None and one.until > now), None)

    def _remember(self, uri: ArtifactUri, reason: str) -> _Failure:
        until = self._clock.monotonic() + FAILURE_SECONDS
        failure = _Failure(reason=reason, until=until)
        self._failures.pop(uri, None)
        if len(self._failures) >= MOST_ANSWERS:
            self._failures.pop(next(iter(self._failures)))
        self._failures[uri] = failure
        return failure
