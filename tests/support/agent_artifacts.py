"""What goes wrong with a fake coordinator, and its files."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
from grpc import aio

from lanner_proto.v1 import agent_pb2, artifact_pb2

Context = aio.ServicerContext[Any, Any]

CHUNK_BYTES = 1024


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong; may be changed at any time.

    Attributes:
        holds_acks: No acknowledgements are sent.
        ack_delay_seconds: They are sent so much later.
        sends_twice: Every numbered message is sent twice.
        goes_on_counting: After a restart orders are numbered from where the agent says they were,
            instead of from 1.
        mute: Heartbeats are not answered.
        refusal: Hello is refused with this.
        cut_after_reports: The stream is cut when so many more reports have come, the last of which
            is not taken note of; absent: never.
        taken_over_at: The stream is cut at a report of this kind, because another agent has the id.
        cut_fetch_after_bytes: The next download is cut after so much.
        damages_fetch: The next download has other bytes than it should.
        cut_store_after_bytes: The next upload is cut after so much.
        refuses_stores: Uploads are refused.
    """

    holds_acks: bool = False
    ack_delay_seconds: float = 0.0
    sends_twice: bool = False
    goes_on_counting: bool = False
    mute: bool = False
    refusal: agent_pb2.Refusal | None = None
    cut_after_reports: int | None = None
    taken_over_at: str | None = None
    cut_fetch_after_bytes: int | None = None
    damages_fetch: bool = False
    cut_store_after_bytes: int | None = None
    refuses_stores: bool = False


class ArtifactShelf:
    """Artifact storage in memory, by URI."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.files: dict[str, bytes] = {}
        self.cache: bytes | None = None
        self.fetch_offsets: list[int] = []
        self.store_offsets: list[int] = []
        self.unfinished: dict[str, bytes] = {}

    async def GetArtifact(
        self, request: agent_pb2.GetArtifactRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """Stream a file of `files`."""
        await self._authenticate(request.attempt_id, request.credential, context)
        self.fetch_offsets.append(request.offset)
        content = self.cache if request.is_cache else self.files.get(request.uri)
        if content is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no file {request.uri}")
        limit, self.faults.cut_fetch_after_bytes = self.faults.cut_fetch_after_bytes, None
        damage, self.faults.damages_fetch = self.faults.damages_fetch, False
        for start in range(request.offset, len(content), CHUNK_BYTES):
            if limit is not None and start >= limit:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "cut by the test")
            data = content[start : start + CHUNK_BYTES]
            data = bytes(len(data)) if damage else data
            yield artifact_pb2.ArtifactChunk(data=data, total_bytes=len(content))
        yield artifact_pb2.ArtifactChunk(
            sha256=hashlib.sha256(content).digest(), total_bytes=len(content)
        )

    async def FindUpload(
        self, request: agent_pb2.PutArtifactHeader, context: Context
    ) -> artifact_pb2.UploadProgress:
        """Tell what `unfinished` holds."""
        await self._authenticate(request.attempt_id, request.credential, context)
        return artifact_pb2.UploadProgress(offset=len(self.unfinished.get(request.name, b"")))

    async def PutArtifact(
        self, request_iterator: object, context: Context
    ) -> agent_pb2.PutArtifactResponse:
        """Keep a file in `files`."""
        assert isinstance(request_iterator, AsyncIterator)
        if self.faults.refuses_stores:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "refused by the test")
        header, content, checksum = agent_pb2.PutArtifactHeader(), b"", b""
        async for part in request_iterator:
            match part.WhichOneof("part"):
                case "header":
                    header = part.header
                    await self._authenticate(header.attempt_id, header.credential, context)
                    self.store_offsets.append(header.offset)
                    content = self.unfinished.pop(header.name, b"")[: header.offset]
                case "data":
                    content += part.data
                    await self._cut_store(header.name, content, context)
                case _:
                    checksum = part.sha256
        if hashlib.sha256(content).digest() != checksum:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the checksum differs")
        if header.is_cache:
            self.cache = content
            return agent_pb2.PutArtifactResponse(size_bytes=len(content))
        uri = f"kestra:///tests/{header.attempt_id}/{header.name}"
        self.files[uri] = content
        return agent_pb2.PutArtifactResponse(uri=uri, size_bytes=len(content))

    async def _cut_store(self, name: str, content: bytes, context: Context) -> None:
        limit = self.faults.cut_store_after_bytes
        if limit is not None and len(content) >= limit:
            self.faults.cut_store_after_bytes = None
            self.unfinished[name] = content
            await context.abort(grpc.StatusCode.UNAVAILABLE, "cut by the test")

    async def _authenticate(self, attempt_id: str, credential: str, context: Context) -> None:
        if credential != f"credential-of-{attempt_id}":
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "another attempt's credential")
