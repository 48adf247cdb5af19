"""A TCP link to a server that breaks when so much has gone over it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from tests.support.sockets import free_port


class CuttingLink:
    """Passes bytes on; `cut_after_bytes` cuts all connections once, as soon as so much has come."""

    def __init__(self, target: str, cut_after_bytes: int | None = None) -> None:
        self._target = target
        self._port = free_port()
        self._writers: set[asyncio.StreamWriter] = set()
        self.cut_after_bytes = cut_after_bytes
        self.sent_bytes = 0
        self.cuts = 0

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Break all connections."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = self._target.removeprefix("unix:")
        there_reader, there_writer = await asyncio.open_unix_connection(path)
        self._writers |= {writer, there_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass(reader, there_writer, counts=True))
                tasks.create_task(self._pass(there_reader, writer, counts=False))
        finally:
            self._writers -= {writer, there_writer}

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counts: bool
    ) -> None:
        try:
            while data := await reader.read(64 * 1024):
                writer.write(data)
                await writer.drain()
                if counts:
                    self._count(len(data))
            writer.close()
        except ConnectionError:
            writer.transport.abort()

    def _count(self, size_bytes: int) -> None:
        self.sent_bytes += size_bytes
        if self.cut_after_bytes is not None and self.sent_bytes >= self.cut_after_bytes:
            self.cut_after_bytes = None
            self.cuts += 1
            self.cut()
