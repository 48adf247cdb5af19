"""The running agent: what goes on at the same time, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.attempts import Attempts
from lanner_agent.errors import SessionError, TakenOver
from lanner_agent.fence import keep_fence
from lanner_agent.figures import HostWatch
from lanner_agent.ids import AttemptId
from lanner_agent.link import Dialling, keep_session
from lanner_agent.session import Lineage
from lanner_agent.spool_record import Progress
from lanner_agent.stops import Stop, StopReason
from lanner_agent.trash import Trash

log = logging.getLogger(__name__)

# After the polite and the hard signal: containers to remove, last lines to read.
END_SECONDS = 30.0
# A coordinator that is there acknowledges sooner; one that is not gets the reports after a restart.
FLUSH_SECONDS = 5.0
# A task that has not ended after its cancellation is cancelled once more.
CANCEL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentParts:
    """What the agent is made of.

    Attributes:
        attempts: Its attempts.
        host: Looks at the host.
        trash: Removes folders.
        lineage: What outlives a session.
        dialling: How the coordinator is reached.
        progress: How far the logs in the spool were at the start.
        drain_seconds: How long running attempts may go on when the agent is to stop.
    """

    attempts: Attempts
    host: HostWatch
    trash: Trash
    lineage: Lineage
    dialling: Dialling
    progress: Mapping[AttemptId, Progress]
    drain_seconds: float


class Agent:
    """One agent; `run` is called once, `stop` may come at any time and again."""

    def __init__(self, parts: AgentParts) -> None:
        self._parts = parts
        self._attempts = parts.attempts
        self._fatal: SessionError | None = None
        self._told = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Take no more work and end; told twice, do not wait for what runs."""
        if self._told.is_set():
            self._hurry.set()
        self._told.set()

    async def idle(self) -> None:
        """Wait until no attempt runs; the caller sets the limit."""
        await self._attempts.none_run.wait()

    async def run(self) -> None:
        """Work until told to stop; an agent that is drained waits for that without work.

        Raises:
            SessionError: The coordinator does not want this agent.
        """
        async with asyncio.TaskGroup() as group:
            attempts = group.create_task(self._attempts.run())
            await asyncio.sleep(0)  # let it open its doors
            self._attempts.restore(self._parts.progress)
            tasks = [
                attempts,
                group.create_task(self._hold_session()),
                group.create_task(keep_fence(self._attempts)),
                group.create_task(self._parts.host.run()),
                group.create_task(self._parts.trash.run()),
            ]
            await self._told.wait()  # no limit: this is the agent's life
            await self._end()
            await cancelled(tasks)
        if self._fatal is not None:
            raise self._fatal

    async def _hold_session(self) -> None:
        try:
            await keep_session(self._parts.dialling, self._parts.lineage)
        except SessionError as error:
            self._fatal = error
            self._hurry.set()
            self._told.set()

    async def _end(self) -> None:
        self._attempts.is_stopping = True
        log.info("Stopping: %d attempts run.", self._attempts.busy_slots)
        await _within(self._parts.drain_seconds, self._attempts.none_run, self._hurry)
        # Who took over runs the attempts itself; else their containers wait for the next start.
        leave_commands = not isinstance(self._fatal, TakenOver)
        self._attempts.stop_all(Stop(reason=StopReason.AGENT_STOPS), leave_commands=leave_commands)
        await _within(END_SECONDS, self._attempts.none_run)
        if self._fatal is None:
            await self._flush()

    async def _flush(self) -> None:
        spool = self._parts.lineage.spool
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await spool.emptied()
        except TimeoutError:
            log.warning("Not all reports are acknowledged: the next start sends them.")


async def cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended.

    Once is not enough: where a group of tasks below fails at the same moment, CPython 3.11 raises
    that failure alone, and who mends it (a session that broke is dialled again) never hears of the
    cancellation.
    """
    left: Collection[asyncio.Task[None]] = tasks
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_SECONDS)


async def _within(seconds: float, *events: asyncio.Event) -> None:
    """Wait for the first of some events, no longer than this."""
    async with asyncio.TaskGroup() as group:
        waits = [group.create_task(event.wait()) for event in events]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
