"""Files that are fetched from the coordinator; after a lost link they go on where they were."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from lanner_proto.connection import Connection, Request, StreamCall
from lanner_proto.errors import ServerFault
from lanner_proto.v1 import artifact_pb2


class DownloadConnection(Connection):
    """A connection that files are fetched over."""

    async def _download(
        self,
        select: StreamCall[Request, artifact_pb2.ArtifactChunk],
        request_from: Callable[[int], Request],
        name: str,
        offset: int,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a file.

        Args:
            select: The call.
            request_from: Makes the request for the bytes from a position on.
            name: What the file is called in an error.
            offset: First byte; only from 0 on they are held against the coordinator's checksum.

        Raises:
            ServerFault: What came is not what was sent.
            LannerError: As of any stream.
        """
        position = offset
        digest = hashlib.sha256()
        messages = self._stream(select, lambda: request_from(position))
        async with aclosing(messages):
            async for message in messages:
                if message.sha256 and not offset and message.sha256 != digest.digest():
                    raise ServerFault(
                        f"{name} has changed on its way: its SHA-256 is {digest.hexdigest()} here "
                        f"and {message.sha256.hex()} there. Fetch it again.",
                    )
                if message.data:
                    position += len(message.data)
                    digest.update(message.data)
                    yield message.data
