"""Runs commands as processes of this host."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from lanner_agent.clock import Clock
from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command
from lanner_agent.runners.folders import prepare_folders
from lanner_agent.runners.process.orphans import (
    AGENT_MARK,
    ATTEMPT_MARK,
    DATA_MARK,
    adopt_orphans,
    kill_marked,
)
from lanner_agent.runners.process.pipes import ProcessPipes
from lanner_agent.runners.process.running import RunningProcess
from lanner_agent.runners.seen_paths import SeenPaths

INHERITED_VARIABLES = ("PATH", "HOME", "LANG")


def inherited_environment() -> dict[str, str]:
    """What processes get of the agent's own environment: nothing that may hold a secret."""
    return {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessConfig:
    """How processes are run.

    Attributes:
        agent_id: Marks the processes, so that a later boot of the agent finds what is left.
        data: The agent's data folder, a mark too: several coordinators may have an agent of the
            same id on one host.
        environment: Variables that every process gets below its own.
    """

    agent_id: str
    data: str = ""
    environment: Mapping[str, str] = field(default_factory=inherited_environment)


class ProcessRunner:
    """The runner `process`."""

    def __init__(self, config: ProcessConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    @property
    def name(self) -> str:
        """`process`."""
        return "process"

    @property
    def can_reattach(self) -> bool:
        """What a process writes is lost with the agent that reads it."""
        return False

    async def is_available(self) -> bool:
        """Processes can always be run."""
        return True

    async def start(self, command: Command) -> RunningProcess:
        """Write the files and start the program in a session of its own."""
        seen = SeenPaths.on_host(command)
        await prepare_folders(command, seen.text_files(command))
        argv = seen.argv(command)
        try:
            return self._spawn(command, argv, self._environment(command, seen))
        except (OSError, ValueError) as cause:
            raise RunnerError(_refusal(argv, cause)) from cause

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> None:
        """Nothing: the pipes of a process end with the agent that started it."""
        return

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        """Kill what earlier boots of this agent left running."""
        config = self._config
        return await asyncio.to_thread(kill_marked, config.agent_id, config.data, keep_attempt_ids)

    @asynccontextmanager
    async def _adopting(self) -> AsyncIterator[None]:
        adopt_orphans()
        yield

    def running(self) -> AbstractAsyncContextManager[None]:
        """Adopt orphans from here on."""
        return self._adopting()

    def _environment(self, command: Command, seen: SeenPaths) -> dict[str, str]:
        return {
            **self._config.environment,
            **seen.environment(command),
            AGENT_MARK: self._config.agent_id,
            DATA_MARK: self._config.data,
            ATTEMPT_MARK: command.attempt_id,
        }

    def _spawn(
        self, command: Command, argv: list[str], environment: dict[str, str]
    ) -> RunningProcess:
        # In the loop: the program is loaded by the child, and a thread's turn takes longer.
        process = subprocess.Popen(
            argv,
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=command.working_dir,
            env=environment,
            start_new_session=True,
        )
        return RunningProcess(command, process.pid, ProcessPipes(process, self._clock))


def _refusal(argv: Sequence[str], cause: Exception) -> str:
    reason = (cause.strerror if isinstance(cause, OSError) else None) or str(cause)
    program = argv[0] if argv else ""
    return f'The program "{program}" cannot be started: {reason}. Is it installed on this host?'
