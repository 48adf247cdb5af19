"""A way to the Docker engine that can be cut, as by a restart of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ENGINE_SOCKET = Path("/var/run/docker.sock")
PIECE_BYTES = 64 * 1024


class DockerProxy:
    """Passes bytes between its own socket and the engine's.

    Attributes:
        path: Its own socket.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    @property
    def host(self) -> str:
        """Its address, as Docker's clients have it."""
        return f"unix://{self.path}"

    def cut(self) -> None:
        """End all connections, and new ones at once."""
        self._is_cut = True
        for writer in list(self._writers):
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection through."""
        if self._is_cut:
            writer.transport.abort()
            return
        engine_reader, engine_writer = await asyncio.open_unix_connection(ENGINE_SOCKET)
        self._writers |= {writer, engine_writer}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, engine_writer))
                group.create_task(self._pump(engine_reader, writer))
        finally:
            self._writers -= {writer, engine_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE_BYTES):
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def docker_proxy(folder: Path) -> AsyncIterator[DockerProxy]:
    """A proxy that is open."""
    proxy = DockerProxy(folder / "docker.sock")
    server = await asyncio.start_unix_server(proxy.serve, proxy.path)
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
