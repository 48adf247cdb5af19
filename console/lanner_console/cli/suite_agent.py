"""An agent beside the program that runs tests, for tasks that have no fixture."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lanner_console.cli.programs import AGENT, program_command
from lanner_console.supervise import with_parent

STOP_SECONDS = 15.0
"""How long it may take to stop; it gives one second to what it runs."""

_SOCKET = "socket"
_LOG = "agent.log"
_TAIL_BYTES = 2_000


class SuiteAgent:
    """The agent, while tests run.

    Attributes:
        socket: Where it looks for the program.
    """

    def __init__(self, folder: Path) -> None:
        self.socket = folder / _SOCKET
        self._log = folder / _LOG

    def log_tail(self) -> str:
        """The end of what it has told."""
        return self._log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()


@contextmanager
def suite_agent() -> Iterator[SuiteAgent]:
    """Start an agent in a folder of its own, and stop it at the end.

    Raises:
        CliError: The agent is not installed here.
    """
    with tempfile.TemporaryDirectory(prefix="lanner-test-") as name:
        folder = Path(name)
        agent = SuiteAgent(folder)
        arguments = ("--coordinator", f"unix:{agent.socket}", "--data", str(folder / "agent"))
        command = program_command(AGENT, (*arguments, "--id", "test", "--drain-seconds", "1"))
        with (
            (folder / _LOG).open("wb") as log,
            subprocess.Popen(
                [sys.executable, "-I", "-S", with_parent.__file__, str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                yield agent
            finally:
                _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
