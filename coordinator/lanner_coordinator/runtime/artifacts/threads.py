"""A few threads in which artifact storage blocks instead of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Threads:
    """Does what blocks; at most `count` things at once, further ones wait."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="lanner-artifact")

    async def run(
        self,
        work: Callable[_Arguments, _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        """Do something; when the caller is cancelled, its thread goes on to the end."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: work(*arguments, **named)
        )

    async def close(self) -> None:
        """Wait for what is being done."""
        await asyncio.to_thread(self._pool.shutdown)

    def abandon(self) -> None:
        """Let go of what is being done: it may hang at the other end of a link."""
        self._pool.shutdown(wait=False, cancel_futures=True)
