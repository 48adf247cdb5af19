"""A storage elsewhere that does not answer is tried again, at longer and longer intervals."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

from lanner_coordinator.runtime.artifacts.errors import StorageUnavailable
from lanner_coordinator.runtime.artifacts.remote_files import Unreachable
from lanner_coordinator.runtime.artifacts.threads import Threads

logger = logging.getLogger(__name__)

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 15.0

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Tries:
    """The tries of one storage, each in a thread."""

    def __init__(self, name: str, threads: Threads, patience: timedelta) -> None:
        self._name = name
        self._threads = threads
        self._patience = patience

    async def run(
        self,
        what: str,
        work: Callable[_Arguments, _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        """Do something in a thread, until it works.

        Raises:
            StorageUnavailable: It did not in time.
        """
        now = asyncio.get_running_loop().time
        give_up_at = now() + self._patience.total_seconds()
        longest_seconds = _FIRST_WAIT_SECONDS
        while True:
            try:
                return await self._threads.run(work, *arguments, **named)
            except Unreachable as error:
                wait_seconds = random.uniform(0, longest_seconds)
                if now() + wait_seconds > give_up_at:
                    raise StorageUnavailable(
                        f"The artifact storage {self._name} could not {what} for "
                        f"{self._patience.total_seconds():g} s: {error}. Try again later."
                    ) from error
                logger.warning(
                    "The artifact storage %s could not %s: %s. Trying again.",
                    self._name,
                    what,
                    error,
                )
            await asyncio.sleep(wait_seconds)
            longest_seconds = min(longest_seconds * 2, _LONGEST_WAIT_SECONDS)
