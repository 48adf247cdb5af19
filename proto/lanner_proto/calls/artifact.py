"""Files in artifact storage: those for FILE inputs, and those that executions leave."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import grpc.aio

from lanner_proto.backoff import full_jitter
from lanner_proto.connection import Connection
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
from lanner_proto.v1.artifact_pb2_grpc import ArtifactServiceStub

FAULT_TRIES = 3
"""Tries of an upload that ends with a fault of the coordinator, which a lost link can look like."""


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


class ArtifactCalls(Connection):
    """Calls of `lanner.v1.ArtifactService`."""

    async def upload_artifact(
        self, path: Path, *, namespace: str, flow_id: str, name: str = ""
    ) -> artifact_pb2.UploadArtifactResponse:
        """Store one file; its URI is the value of a FILE input.

        After a lost link the upload goes on where it was.

        Args:
            path: Read in chunks, with a checksum over the whole.
            namespace: Of the flow that the file is for.
            flow_id: Of the flow that the file is for.
            name: In the storage; absent: the file's own name.

        Raises:
            OSError: The file cannot be read.
            InvalidInput: The name is not a plain relative path, the file is above the limit, or it
                has changed while it was sent.
            Exhausted: The storage is full.
            Unavailable: There is no link, or it was not back in time.
        """
        header = artifact_pb2.ArtifactHeader(
            name=name or path.name,
            namespace=namespace,
            flow_id=flow_id,
            upload_id=secrets.token_hex(16),
        )
        clock = asyncio.get_running_loop().time
        patience = _Patience(self._resume_seconds)
        while True:
            had = header.offset
            try:
                return await self._try_upload(header, path)
            except FileChanged as error:
                raise InvalidInput(str(error)) from error
            except (Unavailable, Conflict, ServerFault) as error:
                # A coordinator that was never reached is not waited for.
                if not header.size_bytes:
                    raise
                has_progress = header.offset > had
                delay = patience.delay(error, clock(), has_progress=has_progress)
                if delay is None:
                    raise
            await asyncio.sleep(delay)

    async def _try_upload(
        self, header: artifact_pb2.ArtifactHeader, path: Path
    ) -> artifact_pb2.UploadArtifactResponse:
        async with open_source(path) as source:
            # Asked first at each try: what would be refused is before its first byte.
            header.offset = await self._upload_offset(header, source.size_bytes)
            header.size_bytes = source.size_bytes
            try:
                async with self._channel() as channel:
                    # No deadline: as long as the file is; keepalive finds dead links.
                    call = ArtifactServiceStub(channel).UploadArtifact()
                    return await send(call, _upload_parts(header, source))
            except grpc.aio.AioRpcError as failure:
                raise error_of(failure) from failure

    async def _upload_offset(self, header: artifact_pb2.ArtifactHeader, size_bytes: int) -> int:
        asked = artifact_pb2.ArtifactHeader()
        asked.CopyFrom(header)
        asked.size_bytes = size_bytes
        try:
            progress = await self._unary(
                lambda channel: ArtifactServiceStub(channel).FindUpload, asked, may_repeat=True
            )
        except Unsupported:  # an older coordinator: it begins anew
            return 0
        return min(progress.offset, size_bytes)

    async def list_artifacts(
        self, execution_id: str
    ) -> AsyncGenerator[artifact_pb2.StoredArtifact, None]:
        """The files of one execution, in order of their URIs.

        Raises:
            NotFound: No such execution.
            Unavailable: There is no link, or the storage does not answer.
        """
        request = artifact_pb2.ListArtifactsRequest(execution_id=execution_id)
        try:
            async with self._channel() as channel:
                async for file in ArtifactServiceStub(channel).ListArtifacts(
                    request, timeout=self._timeout_seconds
                ):
                    yield file
        except grpc.aio.AioRpcError as failure:
            raise error_of(failure) from failure

    async def download_artifact(self, uri: str, *, offset: int = 0) -> AsyncGenerator[bytes, None]:
        """The bytes of a file from `offset` on; after a lost link it goes on where it was.

        From the first byte on they are held against the coordinator's checksum.

        Raises:
            NotFound: No such file.
            ServerFault: What came is not what was sent.
            Unavailable: There is no link, or it was not back in time.
        """
        position = offset
        digest = hashlib.sha256()
        messages = self._stream(
            lambda channel: ArtifactServiceStub(channel).DownloadArtifact,
            lambda: artifact_pb2.DownloadArtifactRequest(uri=uri, offset=position),
        )
        async with aclosing(messages):
            async for message in messages:
                if message.sha256 and not offset and message.sha256 != digest.digest():
                    raise ServerFault(
                        f"{uri} has changed on its way: its SHA-256 is {digest.hexdigest()} here "
                        f"and {message.sha256.hex()} there. Fetch it again.",
                    )
                if message.data:
                    position += len(message.data)
                    digest.update(message.data)
                    yield message.data


async def _upload_parts(
    header: artifact_pb2.ArtifactHeader, source: FileSource
) -> AsyncGenerator[artifact_pb2.UploadArtifactRequest, None]:
    """The header, the file in chunks, and the checksum of the whole."""
    yield artifact_pb2.UploadArtifactRequest(header=header)
    async for chunk in source.chunks(header.offset):
        yield artifact_pb2.UploadArtifactRequest(data=chunk)
    yield artifact_pb2.UploadArtifactRequest(sha256=source.sha256())
