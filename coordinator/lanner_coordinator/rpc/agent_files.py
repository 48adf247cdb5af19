"""GetArtifact and PutArtifact: files of attempts, in chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactWriter
from lanner_coordinator.runtime.attempt_files import AttemptFiles, Sending
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_proto.v1 import agent_pb2, artifact_pb2


class AgentFiles:
    """Serves the files of attempts."""

    def __init__(self, files: AttemptFiles) -> None:
        self._files = files

    async def get(
        self, request: agent_pb2.GetArtifactRequest
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """One file, from an offset on; an empty one is one chunk without data."""
        size, found = await self._files.read(
            request.attempt_id,
            request.credential,
            None if request.is_cache else request.uri,
            request.offset,
        )
        yield artifact_pb2.ArtifactChunk(total_bytes=size)
        async with aclosing(found):
            async for piece in found:
                yield artifact_pb2.ArtifactChunk(data=piece.data, sha256=piece.sha256)

    async def find(self, header: agent_pb2.PutArtifactHeader) -> artifact_pb2.UploadProgress:
        """How far a file is."""
        return artifact_pb2.UploadProgress(offset=await self._files.find(_sending(header)))

    async def put(
        self, requests: AsyncIterator[agent_pb2.PutArtifactRequest]
    ) -> agent_pb2.PutArtifactResponse:
        """Store one file."""
        first = await anext(requests, None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidRequest("the first message of a file must be its header")
        async with self._files.writing(_sending(first.header)) as (uri, writer):
            size = await _write(requests, writer)
            if size is None:
                raise ArtifactError(f"{uri} broke off before its checksum")
        return agent_pb2.PutArtifactResponse(uri=str(uri), size_bytes=size)


def _sending(header: agent_pb2.PutArtifactHeader) -> Sending:
    if header.offset < 0 or header.size_bytes < 0:
        raise InvalidRequest("`offset` and `size_bytes` of a file are 0 or above")
    return Sending(
        attempt_id=header.attempt_id,
        credential=header.credential,
        name=None if header.is_cache else header.name,
        offset=header.offset,
        size_bytes=header.size_bytes,
    )


async def _write(
    requests: AsyncIterator[agent_pb2.PutArtifactRequest], writer: ArtifactWriter
) -> int | None:
    """Write what comes until the checksum: the size; absent: no checksum came."""
    async for request in requests:
        match request.WhichOneof("part"):
            case "data":
                await writer.write(request.data)
            case "sha256":
                return await writer.finish(request.sha256.hex())
            case _:
                raise InvalidRequest("a file's header is followed by data and a checksum only")
    return None
