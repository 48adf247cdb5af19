"""What a process writes, from its two pipes in the order of arrival.

The event loop reads the pipes directly, so a process costs no task and no transport, and both pipes
stop being read while nobody takes the lines: then the process itself waits.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import IO

from lanner_agent.clock import Clock
from lanner_agent.runners.contract import OutputLine, Stream
from lanner_agent.runners.lines import LineSplitter
from lanner_agent.runners.process.exits import watch_exit
from lanner_agent.runners.process.orphans import kill_group

READ_BYTES = 64 * 1024
PAUSE_BYTES = 256 * 1024
RESUME_BYTES = 64 * 1024
DRAIN_SECONDS = 1.0


class _Pipe:
    """One open pipe, and the line that is not whole yet."""

    def __init__(self, file: IO[bytes], stream: Stream) -> None:
        self.file = file
        self.descriptor = file.fileno()
        self.stream = stream
        self.splitter = LineSplitter()
        os.set_blocking(self.descriptor, False)


class ProcessPipes:
    """The loop's view of one process.

    Attributes:
        exited: Ends with the return code as `subprocess` has it; shield it when waiting.
    """

    def __init__(self, process: subprocess.Popen[bytes], clock: Clock) -> None:
        """Begin to read and to wait for the end.

        Args:
            process: With a pipe of its own for each of stdout and stderr.
            clock: Tells when lines came.
        """
        assert process.stdout is not None, "stdout is a pipe"
        assert process.stderr is not None, "stderr is a pipe"
        self._loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self._process = process
        self._clock = clock
        self._open = [
            _Pipe(process.stdout, Stream.STDOUT),
            _Pipe(process.stderr, Stream.STDERR),
        ]
        self._lines: deque[OutputLine] = deque()
        self._buffered_bytes = 0
        self._is_paused = False
        self._reader: asyncio.Future[None] | None = None
        self._read_on()
        watch_exit(process, self._process_exited)

    async def lines(self) -> AsyncIterator[OutputLine]:
        """All lines, until both pipes are at their end."""
        while True:
            while self._lines:
                line = self._lines.popleft()
                self._buffered_bytes -= len(line.text)
                self._resume()
                yield line
            if not self._open:
                return
            self._reader = self._loop.create_future()
            # No limit: a process may be silent for as long as its task may run.
            await self._reader

    def close(self) -> None:
        """Read no more."""
        for pipe in list(self._open):
            self._end(pipe)

    def _read_on(self) -> None:
        for pipe in self._open:
            self._loop.add_reader(pipe.descriptor, self._read, pipe)

    def _read(self, pipe: _Pipe) -> None:
        try:
            written = os.read(pipe.descriptor, READ_BYTES)
        except BlockingIOError:
            return
        if not written:
            self._end(pipe)
            return
        self._append(pipe, pipe.splitter.feed(written))
        if self._buffered_bytes > PAUSE_BYTES and not self._is_paused:
            self._is_paused = True
            for each in self._open:
                self._loop.remove_reader(each.descriptor)

    def _end(self, pipe: _Pipe) -> None:
        self._loop.remove_reader(pipe.descriptor)
        self._open.remove(pipe)
        with suppress(OSError):
            pipe.file.close()
        self._append(pipe, pipe.splitter.flush())
        self._wake()

    def _append(self, pipe: _Pipe, texts: list[str]) -> None:
        if not texts:
            return
        now = self._clock.now()
        self._lines.extend(OutputLine(at=now, stream=pipe.stream, text=text) for text in texts)
        self._buffered_bytes += sum(map(len, texts))
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _resume(self) -> None:
        if self._is_paused and self._buffered_bytes < RESUME_BYTES:
            self._is_paused = False
            self._read_on()

    def _process_exited(self) -> None:
        """Note the end of the process, and end what it left behind."""
        # Before its id is given back: nothing else can have it yet.
        kill_group(self._process.pid)
        if not self.exited.done():
            self.exited.set_result(self._process.wait())
        self._close_later()

    def _close_later(self) -> None:
        """Close the pipes of an ended process, which something else may hold open for ever."""
        if self._open:
            self._loop.call_later(DRAIN_SECONDS, self._close_held)

    def _close_held(self) -> None:
        if self._is_paused:
            self._close_later()
        else:
            self.close()
