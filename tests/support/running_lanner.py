"""Lanner as a user runs it.

`lanner up` on a data folder of its own, stopped in the end with all that it started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.support.eventually import eventually_blocking

STOP_SECONDS = 30
READY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLanner:
    """A coordinator and an agent.

    Attributes:
        data: Its data folder.
        process: `lanner up`.
    """

    data: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"unix:{self.data / 'coordinator.sock'}"

    def cli(
        self, *arguments: str, timeout_seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a verb of the command line."""
        return subprocess.run(
            [sys.executable, "-m", "lanner_console", "--address", self.address, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_seconds,
        )

    def done(self, *arguments: str, timeout_seconds: float = 120) -> str:
        """Run a verb that must succeed: what it printed."""
        result = self.cli(*arguments, timeout_seconds=timeout_seconds)
        assert result.returncode == 0, f"{arguments}: {result.stderr}{result.stdout}"
        return result.stdout

    def executions(self) -> list[dict[str, object]]:
        """All executions, newest first."""
        lines = self.done("-o", "jsonl", "execution", "list").splitlines()
        return [msgspec.json.decode(line, type=dict[str, object]) for line in lines]

    def logs_of_programs(self) -> str:
        """What coordinator and agent wrote, for failures."""
        files = sorted(self.data.glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text()[-4000:]}" for file in files)


@contextmanager
def running_lanner(
    data: Path,
    *,
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
    slots: int = 4,
) -> Iterator[RunningLanner]:
    """Start it, wait until an agent is ready, stop it in the end."""
    arguments = ["up", "--data", str(data), "--slots", str(slots)]
    if config is not None:
        arguments += ["--config", str(config)]
    process = subprocess.Popen(
        [sys.executable, "-m", "lanner_console", *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    lanner = RunningLanner(data=data, process=process)
    try:
        eventually_blocking(
            lambda: "READY" in lanner.cli("-o", "json", "agent", "list").stdout, READY_SECONDS
        )
        yield lanner
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
