"""One child process: started, watched, started again when it dies, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lanner_console.supervise import with_parent
from lanner_proto.backoff import full_jitter

FIRST_RESTART_SECONDS = 0.5
LONGEST_RESTART_SECONDS = 15.0
# A child that lived this long is started again without the delays of the deaths before.
SOUND_SECONDS = 30.0
# Longer than the 10 s that an agent gives to what it runs.
STOP_SECONDS = 20.0
TAIL_BYTES = 2000
TAIL_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildProgram:
    """What a child runs.

    Attributes:
        name: For people.
        command: Program and arguments.
        log_path: Its stdout and stderr are appended here; absent: they are those of the parent.
        wait_ready: Returns when the child works; cancelled when the child dies first.
    """

    name: str
    command: Sequence[str]
    log_path: Path | None
    wait_ready: Callable[[], Awaitable[None]]


class Child:
    """Keeps one program running from `run` until `stop`.

    Args:
        program: What runs.
        tell: Takes sentences for people.
    """

    def __init__(self, program: ChildProgram, tell: Callable[[str], None]) -> None:
        self.program = program
        self.ready = asyncio.Event()
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None
        self._is_stopping = asyncio.Event()
        self._failures = 0

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Start the program, and start it again whenever it dies, until `stop`."""
        clock = asyncio.get_running_loop().time
        while not self._is_stopping.is_set():
            started = clock()
            self._process = process = await self._start()
            if self._is_stopping.is_set():
                # `stop` came while it was being started and found nobody to signal.
                self._signal(process, signal.SIGTERM)
            async with asyncio.TaskGroup() as group:
                becoming_ready = group.create_task(self._become_ready())
                code = await process.wait()
                becoming_ready.cancel()
            self._process = None
            if self._is_stopping.is_set():
                return
            self.ready.clear()
            self._failures = 1 if clock() - started > SOUND_SECONDS else self._failures + 1
            await self._pause_before_restart(code)

    async def stop(self) -> None:
        """Ask the child to stop, kill it when it does not in time; without a child, nothing."""
        self._is_stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._signal(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            self._tell(f"{self.program.name} does not stop, killing it")
            self._signal(process, signal.SIGKILL)
            # No limit: a killed process ends.
            await process.wait()

    def kill(self) -> None:
        """Kill the child at once."""
        if self._process is not None:
            self._signal(self._process, signal.SIGKILL)

    async def _start(self) -> asyncio.subprocess.Process:
        helper = [sys.executable, "-I", "-S", with_parent.__file__, str(os.getpid())]
        log = self._open_log()
        try:
            return await asyncio.create_subprocess_exec(
                *helper,
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl+C reaches only the supervisor, which stops its children in order.
                start_new_session=True,
            )
        finally:
            if log is not None:
                os.close(log)

    def _open_log(self) -> int | None:
        if self.program.log_path is None:
            return None
        return os.open(self.program.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def _become_ready(self) -> None:
        await self.program.wait_ready()
        self.ready.set()

    async def _pause_before_restart(self, code: int) -> None:
        delay = full_jitter(
            self._failures,
            first_seconds=FIRST_RESTART_SECONDS,
            cap_seconds=LONGEST_RESTART_SECONDS,
        )
        self._tell(f"{self.program.name} {_ended(code)}, starting it again in {delay:.1f} s")
        for line in self._last_lines():
            self._tell(f"  {line}")
        try:
            async with asyncio.timeout(delay):
                await self._is_stopping.wait()
        except TimeoutError:
            return

    def _last_lines(self) -> list[str]:
        """End of the child's log: why it died, most likely."""
        if self.program.log_path is None or not self.program.log_path.exists():
            return []
        with self.program.log_path.open("rb") as log:
            log.seek(max(log.seek(0, os.SEEK_END) - TAIL_BYTES, 0))
            return log.read().decode("utf-8", "replace").splitlines()[-TAIL_LINES:]

    def _signal(self, process: asyncio.subprocess.Process, number: signal.Signals) -> None:
        try:
            process.send_signal(number)
        except ProcessLookupError:
            # It has ended by itself in this moment.
            return


def _ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
