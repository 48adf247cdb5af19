"""Files in artifact storage: those for FILE inputs, and those that executions leave."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import grpc.aio

from lanner_proto.connection import Connection
from lanner_proto.status import error_of
from lanner_proto.v1 import artifact_pb2
from lanner_proto.v1.artifact_pb2_grpc import ArtifactServiceStub

CHUNK_BYTES = 256 * 1024


class ArtifactCalls(Connection):
    """Calls of `lanner.v1.ArtifactService`."""

    async def upload_artifact(
        self, path: Path, *, namespace: str, flow_id: str, name: str = ""
    ) -> artifact_pb2.UploadArtifactResponse:
        """Store one file; its URI is the value of a FILE input.

        Args:
            path: Read in chunks, with a checksum over the whole.
            namespace: Of the flow that the file is for.
            flow_id: Of the flow that the file is for.
            name: In the storage; absent: the file's own name.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: The name is not a plain relative path.
            Exhausted: The storage is full.
        """
        header = artifact_pb2.ArtifactHeader(
            name=name or path.name, namespace=namespace, flow_id=flow_id
        )
        # Opened here: an error inside the request stream would reach the caller as a broken call.
        with await asyncio.to_thread(path.open, "rb"):
            pass
        try:
            async with self._channel() as channel:
                # No deadline: as long as the file is; keepalive finds dead links.
                call = ArtifactServiceStub(channel).UploadArtifact
                return await call(_upload_parts(header, path))
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    async def download_artifact(self, uri: str, *, offset: int = 0) -> AsyncGenerator[bytes, None]:
        """The bytes of a file from `offset` on; after a lost link it goes on where it was.

        Raises:
            NotFound: No such file.
            Unavailable: There is no link, or it was not back in time.
        """
        position = offset
        messages = self._stream(
            lambda channel: ArtifactServiceStub(channel).DownloadArtifact,
            lambda: artifact_pb2.DownloadArtifactRequest(uri=uri, offset=position),
        )
        async with aclosing(messages):
            async for message in messages:
                position += len(message.data)
                yield message.data


async def _upload_parts(
    header: artifact_pb2.ArtifactHeader, path: Path
) -> AsyncGenerator[artifact_pb2.UploadArtifactRequest, None]:
    """The header, the file in chunks, and the checksum of what was sent."""
    yield artifact_pb2.UploadArtifactRequest(header=header)
    digest = hashlib.sha256()
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            digest.update(chunk)
            yield artifact_pb2.UploadArtifactRequest(data=chunk)
    yield artifact_pb2.UploadArtifactRequest(sha256=digest.digest())
