"""The fake ServerService and ArtifactService."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import artifact_pb2, artifact_pb2_grpc, server_pb2, server_pb2_grpc
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]
CHUNK_BYTES = 64 * 1024


class FakeServerService(server_pb2_grpc.ServerServiceServicer):
    """Serves the status and the agents of the state."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def GetStatus(
        self, request: server_pb2.GetStatusRequest, context: Context
    ) -> server_pb2.GetStatusResponse:
        await self._state.enter("GetStatus", request, context)
        return self._state.status

    async def ListAgents(
        self, request: server_pb2.ListAgentsRequest, context: Context
    ) -> server_pb2.ListAgentsResponse:
        await self._state.enter("ListAgents", request, context)
        agents = [agent for _, agent in sorted(self._state.agents.items())]
        return server_pb2.ListAgentsResponse(agents=agents)

    async def DrainAgent(
        self, request: server_pb2.DrainAgentRequest, context: Context
    ) -> server_pb2.DrainAgentResponse:
        await self._state.enter("DrainAgent", request, context)
        agent = self._state.agents.get(request.agent_id)
        if agent is None:
            await context.abort(
                grpc.StatusCode.NOT_FOUND, f'there is no agent "{request.agent_id}"'
            )
        agent.status = (
            server_pb2.Agent.STATUS_READY if request.undo else server_pb2.Agent.STATUS_DRAINING
        )
        return server_pb2.DrainAgentResponse(agent=agent)


class FakeArtifactService(artifact_pb2_grpc.ArtifactServiceServicer):
    """Keeps files in memory, by URI."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def UploadArtifact(
        self,
        request_iterator: AsyncIterator[artifact_pb2.UploadArtifactRequest],
        context: Context,
    ) -> artifact_pb2.UploadArtifactResponse:
        header, content, digest = artifact_pb2.ArtifactHeader(), bytearray(), b""
        async for part in request_iterator:
            match part.WhichOneof("part"):
                case "header":
                    header = part.header
                    await self._state.enter("UploadArtifact", part, context)
                case "data":
                    content += part.data
                case "sha256":
                    digest = part.sha256
        if digest and digest != hashlib.sha256(content).digest():
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the checksum differs")
        uri = f"kestra:///{header.namespace}/{header.flow_id}/inputs/{header.name}"
        self._state.artifacts[uri] = bytes(content)
        self._state.artifact_headers[uri] = header
        return artifact_pb2.UploadArtifactResponse(uri=uri, size_bytes=len(content))

    async def FindUpload(
        self, request: artifact_pb2.ArtifactHeader, context: Context
    ) -> artifact_pb2.UploadProgress:
        await self._state.enter("FindUpload", request, context)
        return artifact_pb2.UploadProgress()

    async def ListArtifacts(
        self, request: artifact_pb2.ListArtifactsRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.StoredArtifact]:
        await self._state.enter("ListArtifacts", request, context)
        for uri, content in sorted(self._state.artifacts.items()):
            if f"/executions/{request.execution_id}/" in uri:
                name = uri.rpartition("/")[2]
                yield artifact_pb2.StoredArtifact(uri=uri, name=name, size_bytes=len(content))

    async def DownloadArtifact(
        self, request: artifact_pb2.DownloadArtifactRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        await self._state.enter("DownloadArtifact", request, context)
        if request.uri not in self._state.artifacts:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no file {request.uri}")
        content = self._state.artifacts[request.uri]
        for count, start in enumerate(range(request.offset, len(content), CHUNK_BYTES), start=1):
            yield artifact_pb2.ArtifactChunk(
                data=content[start : start + CHUNK_BYTES], total_bytes=len(content)
            )
            await self._state.sent("DownloadArtifact", count, context)
        digest = hashlib.sha256(content + b"!" * self._state.damages_downloads).digest()
        yield artifact_pb2.ArtifactChunk(sha256=digest, total_bytes=len(content))
