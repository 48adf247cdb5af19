"""One process and all that it started."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from lanner_agent.runners.contract import Command, CommandEnd, EndCause, OutputLine
from lanner_agent.runners.folders import found_files
from lanner_agent.runners.process.orphans import bury_group, kill_group, kill_orphans
from lanner_agent.runners.process.pipes import ProcessPipes

ORPHAN_ROUNDS = 200
ORPHAN_WAIT_SECONDS = 0.005


class RunningProcess:
    """A command that runs as a process group of this host."""

    def __init__(self, command: Command, process_id: int, pipes: ProcessPipes) -> None:
        self._command = command
        self._pipes = pipes
        self._process_id = process_id
        self._is_stopped = False

    @property
    def description(self) -> str:
        """`process` and its id."""
        return f"process {self._process_id}"

    @property
    def handle(self) -> Mapping[str, str]:
        """Empty: what a process writes cannot be read by another agent process."""
        return {}

    @property
    def warnings(self) -> Sequence[str]:
        """None."""
        return ()

    def lines(self) -> AsyncIterator[OutputLine]:
        """Lines as they are written."""
        return self._pipes.lines()

    async def wait(self) -> CommandEnd:
        """Wait for the end of the process."""
        # No limit: the attempt's timeout is the caller's.
        return_code = await asyncio.shield(self._pipes.exited)
        return CommandEnd(
            exit_code=return_code if return_code >= 0 else 128 - return_code,
            cause=EndCause.STOPPED if self._is_stopped else EndCause.EXITED,
        )

    async def stop(self, grace: timedelta) -> None:
        """Terminate the group, and kill it after `grace`."""
        if self._pipes.exited.done():
            return
        self._is_stopped = True
        kill_group(self._process_id, signal.SIGTERM)
        try:
            async with asyncio.timeout(grace.total_seconds()):
                await asyncio.shield(self._pipes.exited)
        except TimeoutError:
            kill_group(self._process_id)
            # No limit: a process cannot refuse to be killed.
            await asyncio.shield(self._pipes.exited)

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        """Find the matching files; all are in place already."""
        return await found_files(self._command.working_dir, patterns)

    async def discard(self) -> None:
        """Kill what is left of it; the folders are the caller's."""
        if not self._pipes.exited.done():
            kill_group(self._process_id)
            # No limit: a process cannot refuse to be killed.
            await asyncio.shield(self._pipes.exited)
        self._pipes.close()
        for _ in range(ORPHAN_ROUNDS):
            found_any = await kill_orphans(self._command.attempt_id)
            bury_group(self._process_id)
            if not found_any:
                return
            # The children of what was killed are adopted in a moment.
            await asyncio.sleep(ORPHAN_WAIT_SECONDS)
