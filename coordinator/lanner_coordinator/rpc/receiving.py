"""Takes the bytes of a file that a client sends in parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from lanner_coordinator.runtime.errors import InvalidRequest

CHUNK_LIMIT_BYTES = 1024 * 1024
"""Largest part."""

SHA256_BYTES = 32


class Part(Protocol):
    """A message of an upload, of whatever service."""

    @property
    def data(self) -> bytes:
        """Bytes of the file."""

    @property
    def sha256(self) -> bytes:
        """Checksum of all of it; the last message."""

    def WhichOneof(self, oneof_group: Literal["part"], /) -> str | None:
        """Which of them it has."""


class Sink(Protocol):
    """Where the bytes go."""

    async def write(self, chunk: bytes) -> None:
        """Take some."""


async def receive(requests: AsyncIterator[Part], sink: Sink, what: str) -> str:
    """Take the bytes of a file; its checksum in hexadecimal, empty: none was sent.

    Args:
        requests: After the header.
        sink: Where the bytes go.
        what: Begins the sentence about a message that does not belong: `an upload`.

    Raises:
        InvalidRequest: A message does not belong.
    """
    sha256 = b""
    async for request in requests:
        match request.WhichOneof("part"):
            case "data" if not sha256 and len(request.data) <= CHUNK_LIMIT_BYTES:
                await sink.write(request.data)
            case "sha256" if not sha256 and len(request.sha256) == SHA256_BYTES:
                sha256 = request.sha256
            case _:
                raise InvalidRequest(
                    f"{what} is a header, then data of at most 1 MiB each, then a SHA-256 of "
                    f"{SHA256_BYTES} bytes, which is the last message"
                )
    return sha256.hex()
