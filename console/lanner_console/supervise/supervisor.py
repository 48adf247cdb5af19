"""Children that start at once, since each can wait for the others, and stop last one first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from lanner_console.cli.errors import CliError
from lanner_console.supervise.child import Child, ChildProgram


class Supervisor:
    """Runs child programs until it is told to stop.

    Args:
        programs: Those that others need come first.
        tell: Takes sentences for people.
    """

    def __init__(self, programs: Sequence[ChildProgram], tell: Callable[[str], None]) -> None:
        self.children = [Child(program, tell) for program in programs]
        self._stop_asked = asyncio.Event()
        self._tell = tell

    def ask_stop(self) -> None:
        """Stop in order; asked again, kill all children at once."""
        if not self._stop_asked.is_set():
            self._stop_asked.set()
            return
        for child in self.children:
            child.kill()

    async def run(self, on_ready: Callable[[], None], *, ready_seconds: float) -> None:
        """Start the children, call `on_ready` when all are, and run until asked to stop.

        Raises:
            CliError: A child was not ready in time; all are stopped then.
        """
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    for child in self.children:
                        group.create_task(child.run())
                    for child in self.children:
                        await self._until_ready(child, ready_seconds)
                    if not self._stop_asked.is_set():
                        on_ready()
                    # No limit: it runs until a person or the system ends it.
                    await self._stop_asked.wait()
                finally:
                    for child in reversed(self.children):
                        await child.stop()
        except* CliError as failures:
            raise failures.exceptions[0] from None

    async def _until_ready(self, child: Child, ready_seconds: float) -> None:
        """Wait until the child is ready or a stop is asked."""
        async with asyncio.TaskGroup() as group:
            waits = [
                group.create_task(child.ready.wait()),
                group.create_task(self._stop_asked.wait()),
            ]
            done, _ = await asyncio.wait(
                waits, timeout=ready_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            for wait in waits:
                wait.cancel()
        if not done:
            log = child.program.log_path
            raise CliError(
                f"the {child.program.name} was not ready within {ready_seconds:g} s",
                why=f"its log is {log}" if log else "",
                fix="look at what it says, then start again",
            )
