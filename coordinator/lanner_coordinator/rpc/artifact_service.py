"""The ArtifactService: files of people and services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.uploads import Upload, Uploads
from lanner_proto.v1 import artifact_pb2, artifact_pb2_grpc

CHUNK_LIMIT_BYTES = 1024 * 1024
"""Bytes of one chunk."""

SHA256_BYTES = 32
"""Bytes of a checksum."""


class ArtifactService(artifact_pb2_grpc.ArtifactServiceServicer):
    """Serves artifacts; what each call means stands in `artifact.proto`."""

    def __init__(self, *, uploads: Uploads) -> None:
        self._uploads = uploads

    async def UploadArtifact(
        self,
        request_iterator: AsyncIterator[artifact_pb2.UploadArtifactRequest],
        context: Context,
    ) -> artifact_pb2.UploadArtifactResponse:
        """Store a file."""
        first = await anext(aiter(request_iterator), None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidRequest("the first message of an upload must be its header")
        header = first.header
        async with self._uploads.begin(header.namespace, header.flow_id, header.name) as upload:
            sha256 = await _receive(request_iterator, upload)
            size_bytes = await upload.finish(sha256)
        return artifact_pb2.UploadArtifactResponse(uri=upload.uri, size_bytes=size_bytes)

    async def DownloadArtifact(
        self, request: artifact_pb2.DownloadArtifactRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """Stream a file."""
        total_bytes, chunks = await self._uploads.download(request.uri, request.offset)
        is_first = True
        async with aclosing(chunks):
            async for data in chunks:
                yield artifact_pb2.ArtifactChunk(
                    data=data, total_bytes=total_bytes if is_first else 0
                )
                is_first = False
        if is_first:
            yield artifact_pb2.ArtifactChunk(total_bytes=total_bytes)


async def _receive(
    requests: AsyncIterator[artifact_pb2.UploadArtifactRequest], upload: Upload
) -> str:
    """Take the bytes of a file; its checksum in hexadecimal, empty: none was sent."""
    sha256 = b""
    async for request in requests:
        match request.WhichOneof("part"):
            case "data" if not sha256 and len(request.data) <= CHUNK_LIMIT_BYTES:
                await upload.write(request.data)
            case "sha256" if not sha256 and len(request.sha256) == SHA256_BYTES:
                sha256 = request.sha256
            case _:
                raise InvalidRequest(
                    "an upload is a header, then data of at most 1 MiB each, then a SHA-256 of "
                    f"{SHA256_BYTES} bytes, which is the last message"
                )
    return sha256.hex()
