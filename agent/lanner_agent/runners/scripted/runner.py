"""Plays commands by their script, for tests: no process, no container, time is the event loop's.

Commands live in a `ScriptedEngine`, as containers live in Docker's: an agent that is started again
with the same engine finds them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isinf
from pathlib import Path

from lanner_agent.clock import Clock
from lanner_agent.runners.contract import Command, CommandEnd, EndCause, OutputLine
from lanner_agent.runners.folders import find_files, make_folders
from lanner_agent.runners.scripted.script import parse_script
from lanner_agent.runners.scripted.timeline import Timeline, work_out
from lanner_agent.runners.seen_paths import SeenPaths

ATTEMPT_KEY = "attempt_id"


@dataclass(slots=True, kw_only=True)
class PlayedCommand:
    """One command in the engine.

    Attributes:
        command: What was started.
        timeline: What it does.
        started_at: The event loop's time of its start.
        stopped: Ends when `stop` ended it.
        stopped_after_seconds: When that was, after the start; infinite: not yet.
    """

    command: Command
    timeline: Timeline
    started_at: float
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_after_seconds: float = float("inf")

    @property
    def age_seconds(self) -> float:
        """Time since the start."""
        return asyncio.get_running_loop().time() - self.started_at

    @property
    def end_after_seconds(self) -> float:
        """When it ends or ended, as far as is known now."""
        return min(self.timeline.end_after_seconds, self.stopped_after_seconds)

    async def reach(self, after_seconds: float) -> bool:
        """Wait until an instant after the start; false when it was stopped before."""
        missing = after_seconds - self.age_seconds
        if missing <= 0 or self.stopped.is_set():
            return after_seconds <= self.end_after_seconds
        try:
            async with asyncio.timeout(None if isinf(missing) else missing):
                await self.stopped.wait()
        except TimeoutError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class ScriptedEngine:
    """Where the commands are; outlives the runners that use it.

    Attributes:
        commands: By attempt id, until they are discarded.
    """

    commands: dict[str, PlayedCommand] = field(default_factory=dict)


class RunningScript:
    """A command that is being played."""

    def __init__(
        self, engine: ScriptedEngine, played: PlayedCommand, since: datetime | None = None
    ) -> None:
        self._engine = engine
        self._played = played
        self._since = since

    @property
    def description(self) -> str:
        """`scripted` and the attempt's id."""
        return f"scripted {self._played.command.attempt_id}"

    @property
    def warnings(self) -> Sequence[str]:
        """None."""
        return ()

    @property
    def handle(self) -> Mapping[str, str]:
        """The attempt's id."""
        return {ATTEMPT_KEY: self._played.command.attempt_id}

    async def lines(self) -> AsyncIterator[OutputLine]:
        """Each line at its time."""
        for timed in self._played.timeline.lines:
            if self._since is not None and timed.line.at < self._since:
                continue
            if not await self._played.reach(timed.after_seconds):
                return
            yield timed.line
        await self._played.reach(self._played.timeline.end_after_seconds)

    async def wait(self) -> CommandEnd:
        """Wait for the end of the script."""
        if await self._played.reach(self._played.timeline.end_after_seconds):
            return self._played.timeline.end
        return CommandEnd(exit_code=143, cause=EndCause.STOPPED)

    async def stop(self, grace: timedelta) -> None:
        """End it here and now: scripts are polite."""
        played = self._played
        if played.age_seconds < played.end_after_seconds:
            played.stopped_after_seconds = played.age_seconds
            played.stopped.set()

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        """Write the script's files, and find those that match."""
        contents = self._played.timeline.files_at(self._played.end_after_seconds)
        return self._write_and_find(contents, patterns)

    async def discard(self) -> None:
        """Forget it."""
        self._engine.commands.pop(self._played.command.attempt_id, None)

    def _write_and_find(
        self, contents: Mapping[Path, str], patterns: Sequence[str]
    ) -> Sequence[Path]:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return find_files(self._played.command.working_dir, patterns)


class ScriptedRunner:
    """The runner `scripted`."""

    def __init__(self, engine: ScriptedEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @property
    def name(self) -> str:
        """`scripted`."""
        return "scripted"

    @property
    def can_reattach(self) -> bool:
        """Scripts are played on by their engine."""
        return True

    async def is_available(self) -> bool:
        """Scripts can always be played."""
        return True

    async def start(self, command: Command) -> RunningScript:
        """Read the script and play it from now on."""
        seen = SeenPaths.on_host(command)
        # In the loop, not in a thread: a clock that tests push forward does not wait for threads.
        make_folders(command, seen.text_files(command))
        statements = parse_script(seen.argv(command), seen.environment(command))
        played = PlayedCommand(
            command=command,
            timeline=work_out(statements, command, self._clock.now()),
            started_at=asyncio.get_running_loop().time(),
        )
        self._engine.commands[command.attempt_id] = played
        return RunningScript(self._engine, played)

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> RunningScript | None:
        """The command that was started under the same attempt id."""
        played = self._engine.commands.get(handle.get(ATTEMPT_KEY, command.attempt_id))
        return RunningScript(self._engine, played, since) if played else None

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        """Forget the commands of other attempts."""
        reaped = sorted(self._engine.commands.keys() - keep_attempt_ids)
        for attempt_id in reaped:
            del self._engine.commands[attempt_id]
        return reaped

    def running(self) -> AbstractAsyncContextManager[None]:
        """Nothing to hold."""
        return nullcontext()
