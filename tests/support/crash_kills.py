"""`kill -9` of the programs under `lanner up`, at random moments."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.support.eventually import eventually

RESTART_SECONDS = 40
"""More than the longest pause before a restart, 15 s, and the start itself."""

LONGEST_PAUSE_SECONDS = 1.5
"""Between one kill and the next; short enough to hit programs that have just been started."""


class Victim(StrEnum):
    """A program under `lanner up`, by its module."""

    COORDINATOR = "lanner_coordinator"
    AGENT = "lanner_agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Killer:
    """Kills the programs of one `lanner up`.

    Attributes:
        supervisor_pid: Of `lanner up`.
        random: Decides on the moments.
    """

    supervisor_pid: int
    random: random.Random

    async def kill(self, victim: Victim) -> None:
        """Kill the program as soon as there is one."""
        pid = await eventually(lambda: self._pid_of(victim), RESTART_SECONDS)
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: self._pid_of(victim) != pid, RESTART_SECONDS)

    async def kill_at_a_random_moment(self, victim: Victim) -> None:
        """Wait, then kill."""
        await asyncio.sleep(self.random.uniform(0, LONGEST_PAUSE_SECONDS))
        await self.kill(victim)

    def _pid_of(self, victim: Victim) -> int:
        """Process id; 0 when none runs."""
        for pid in children_of(self.supervisor_pid):
            if victim.value.encode() in command_line_of(pid):
                return pid
        return 0


def children_of(pid: int) -> Sequence[int]:
    """Children of all threads of a process."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in _content(each).split()]


def command_line_of(pid: int) -> Sequence[bytes]:
    """Program and arguments; empty for a process that has ended."""
    return _content(Path(f"/proc/{pid}/cmdline")).split(b"\0")


def _content(path: Path) -> bytes:
    """Of a file that goes with its process or thread; empty when it is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
