"""Files that are sent to the coordinator; after a lost link they go on where they were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import grpc.aio

from lanner_proto.backoff import full_jitter
from lanner_proto.connection import Connection, UnaryCall
from lanner_proto.errors import (
    Conflict,
    InvalidInput,
    LannerError,
    ServerFault,
    Unavailable,
    Unsupported,
)
from lanner_proto.file_source import FileChanged, FileSource, open_source, send
from lanner_proto.status import error_of
from lanner_proto.v1 import artifact_pb2

FAULT_TRIES = 3
"""Tries of an upload that ends with a fault of the coordinator, which a lost link can look like."""


class Header(Protocol):
    """What is told of a file before its first byte, whatever it is for.

    Attributes:
        offset: Bytes that came with earlier tries.
        size_bytes: Of the whole.
    """

    offset: int
    size_bytes: int


Head = TypeVar("Head", bound=Header)
Request = TypeVar("Request")
Response = TypeVar("Response")

SendingCall = Callable[[grpc.aio.Channel], "grpc.aio.StreamUnaryMultiCallable[Request, Response]"]
"""Selects one call of a service's stub on a given channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadKind(Generic[Head, Request, Response]):
    """The calls that send one kind of file.

    Attributes:
        find: Asks how far an upload is, and whether it would be refused.
        put: Sends.
        part: Makes a message of a `header`, of `data` or of a `sha256`.
    """

    find: UnaryCall[Head, artifact_pb2.UploadProgress]
    put: SendingCall[Request, Response]
    part: Callable[..., Request]


@dataclass(slots=True)
class _Patience:
    """The tries of one upload.

    Attributes:
        limit_seconds: How long it is tried again without moving on.
        lost_at: Loop time of the first failure in a row; absent: none yet.
        failed_tries: In a row.
    """

    limit_seconds: float
    lost_at: float | None = None
    failed_tries: int = 0

    def delay(self, error: LannerError, now: float, *, has_progress: bool) -> float | None:
        """Seconds until the next try; absent: there is none."""
        if has_progress or self.lost_at is None:
            self.lost_at, self.failed_tries = now, 0
        self.failed_tries += 1
        if isinstance(error, ServerFault) and self.failed_tries > FAULT_TRIES:
            return None
        delay = full_jitter(self.failed_tries)
        return delay if now + delay <= self.lost_at + self.limit_seconds else None


class UploadConnection(Connection):
    """A connection that files are sent over."""

    async def _upload(
        self, kind: UploadKind[Head, Request, Response], header: Head, path: Path
    ) -> Response:
        """Send a file, again and again from where it was.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: It is refused, or it has changed while it was sent.
            Exhausted: The storage is full.
            Unavailable: There is no link, or it was not back in time.
        """
        clock = asyncio.get_running_loop().time
        patience = _Patience(self._resume_seconds)
        was_reached = is_sending = False
        while True:
            had = header.offset
            try:
                async with open_source(path) as source:
                    is_sending = False
                    # Asked first at each try: what would be refused is before its first byte.
                    await self._find(kind, header, source.size_bytes)
                    was_reached = is_sending = True
                    return await self._send(kind, header, source)
            except FileChanged as error:
                raise InvalidInput(str(error)) from error
            except (Unavailable, Conflict, ServerFault) as error:
                # What is refused before its first byte stays so, and a coordinator that was never
                # reached is not waited for.
                if not was_reached or (isinstance(error, Conflict) and not is_sending):
                    raise
                has_progress = header.offset > had
                delay = patience.delay(error, clock(), has_progress=has_progress)
                if delay is None:
                    raise
            await asyncio.sleep(delay)

    async def _find(
        self, kind: UploadKind[Head, Request, Response], header: Head, size_bytes: int
    ) -> None:
        header.size_bytes = size_bytes
        try:
            progress = await self._unary(kind.find, header, may_repeat=True)
        except Unsupported:  # an older coordinator: it begins anew
            header.offset = 0
            return
        header.offset = min(progress.offset, size_bytes)

    async def _send(
        self, kind: UploadKind[Head, Request, Response], header: Head, source: FileSource
    ) -> Response:
        try:
            async with self._channel() as channel:
                # No deadline: as long as the file is; keepalive finds dead links.
                call = kind.put(channel)()
                return await send(call, _parts(kind, header, source))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure


async def _parts(
    kind: UploadKind[Head, Request, Response], header: Head, source: FileSource
) -> AsyncGenerator[Request, None]:
    """The header, the file in chunks, and the checksum of the whole."""
    yield kind.part(header=header)
    async for chunk in source.chunks(header.offset):
        yield kind.part(data=chunk)
    yield kind.part(sha256=source.sha256())
