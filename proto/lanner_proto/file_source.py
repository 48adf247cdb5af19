"""A file that is sent in chunks: its checksum, and whether it stays as it is meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import grpc.aio

Request = TypeVar("Request")
Response = TypeVar("Response")

CHUNK_BYTES = 256 * 1024


class FileChanged(Exception):
    """A file has changed while it was sent."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The file {path} has changed while it was sent: send it when nothing writes it."
        )


class FileSource:
    """An open file."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._digest = hashlib.sha256()
        self._position = 0
        self._mark = _mark(file)
        self.size_bytes = os.fstat(file.fileno()).st_size

    async def chunks(self, offset: int) -> AsyncGenerator[bytes, None]:
        """Its bytes from an offset on; those before it are read for the checksum.

        Raises:
            FileChanged: It is not what it was when it was opened.
            OSError: It cannot be read.
        """
        while self._position < offset:
            if not await asyncio.to_thread(self._read, offset - self._position):
                raise FileChanged(self._path)
        while data := await asyncio.to_thread(self._read, CHUNK_BYTES):
            if self._position > self.size_bytes:
                # At once: a file that grows as fast as it is read would have no end.
                raise FileChanged(self._path)
            yield data
        if self._position != self.size_bytes or _mark(self._file) != self._mark:
            raise FileChanged(self._path)

    def sha256(self) -> bytes:
        """Of what was read."""
        return self._digest.digest()

    def _read(self, limit_bytes: int) -> bytes:
        data = self._file.read(min(CHUNK_BYTES, limit_bytes))
        self._digest.update(data)
        self._position += len(data)
        return data


def _mark(file: BinaryIO) -> tuple[int, int]:
    """What changes when somebody writes to the file."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


@asynccontextmanager
async def open_source(path: Path) -> AsyncIterator[FileSource]:
    """Open a file to send it.

    Raises:
        OSError: It cannot be read.
    """
    file = await asyncio.to_thread(path.open, "rb")
    try:
        yield FileSource(path, file)
    finally:
        await asyncio.to_thread(file.close)


async def send(
    call: grpc.aio.StreamUnaryCall[Request, Response], parts: AsyncIterator[Request]
) -> Response:
    """Send all parts of a call, and take its answer.

    The parts are not given to the call itself: gRPC would turn an error of theirs into one of the
    link.

    Raises:
        grpc.aio.AioRpcError: The call failed.
    """
    writing: Any = call
    try:
        async for part in parts:
            await writing.write(part)
        await writing.done_writing()
    except (asyncio.InvalidStateError, grpc.aio.AioRpcError):
        # It is over already. What a failed write raises says nothing but that: why stands in the
        # status of the call.
        pass
    except BaseException:
        call.cancel()
        raise
    return await call
