"""What a process writes, from its two pipes in the order of arrival.

The event loop calls the protocol directly, so a process costs no task, and both pipes stop being
read while nobody takes the lines: then the process itself waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

from lanner_agent.clock import Clock
from lanner_agent.runners.contract import OutputLine, Stream
from lanner_agent.runners.lines import LineSplitter
from lanner_agent.runners.process.orphans import kill_group

PAUSE_BYTES = 256 * 1024
RESUME_BYTES = 64 * 1024
DRAIN_SECONDS = 1.0

STREAMS = {1: Stream.STDOUT, 2: Stream.STDERR}


class ProcessPipes(asyncio.SubprocessProtocol):
    """The loop's view of one process.

    Attributes:
        exited: Ends with the return code as `subprocess` has it; shield it when waiting.
    """

    def __init__(self, clock: Clock) -> None:
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._transport: asyncio.SubprocessTransport | None = None
        self._splitters = {descriptor: LineSplitter() for descriptor in STREAMS}
        self._lines: deque[OutputLine] = deque()
        self._buffered_bytes = 0
        self._is_paused = False
        self._reader: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the process at hand (called by the loop)."""
        self._transport = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take what was written (called by the loop)."""
        self._append(fd, self._splitters[fd].feed(data))
        if self._buffered_bytes > PAUSE_BYTES and not self._is_paused:
            self._is_paused = True
            for pipe in self._pipes():
                pipe.pause_reading()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note the end of one pipe (called by the loop)."""
        if fd in self._splitters:
            self._append(fd, self._splitters.pop(fd).flush())
            self._wake()

    def process_exited(self) -> None:
        """Note the end of the process, and end what it left behind (called by the loop)."""
        assert self._transport is not None
        kill_group(self._transport.get_pid())
        if not self.exited.done():
            self.exited.set_result(self._transport.get_returncode() or 0)
        self._close_later()

    async def lines(self) -> AsyncIterator[OutputLine]:
        """All lines, until both pipes are at their end."""
        while True:
            while self._lines:
                line = self._lines.popleft()
                self._buffered_bytes -= len(line.text)
                self._resume()
                yield line
            if not self._splitters:
                return
            self._reader = asyncio.get_running_loop().create_future()
            # No limit: a process may be silent for as long as its task may run.
            await self._reader

    def _append(self, descriptor: int, texts: list[str]) -> None:
        if not texts:
            return
        now = self._clock.now()
        stream = STREAMS[descriptor]
        self._lines.extend(OutputLine(at=now, stream=stream, text=text) for text in texts)
        self._buffered_bytes += sum(map(len, texts))
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _resume(self) -> None:
        if self._is_paused and self._buffered_bytes < RESUME_BYTES:
            self._is_paused = False
            for pipe in self._pipes():
                pipe.resume_reading()

    def _close_later(self) -> None:
        """Close the pipes of an ended process, which something else may hold open for ever."""
        if self._splitters:
            loop = asyncio.get_running_loop()
            loop.call_later(DRAIN_SECONDS, self._close_pipes)

    def _close_pipes(self) -> None:
        if self._is_paused:
            self._close_later()
            return
        for pipe in self._pipes():
            pipe.close()

    def _pipes(self) -> list[asyncio.ReadTransport]:
        assert self._transport is not None
        pipes = [self._transport.get_pipe_transport(descriptor) for descriptor in self._splitters]
        return [cast(asyncio.ReadTransport, pipe) for pipe in pipes if pipe is not None]
