"""AgentService: the agents' streams and their files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from lanner_coordinator.rpc import agent_convert
from lanner_coordinator.rpc.agent_convert import BrokenMessage
from lanner_coordinator.rpc.agent_files import AgentFiles
from lanner_coordinator.runtime.agents.inbound import Inbound
from lanner_coordinator.runtime.agents.messages import Refusal
from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.agents.session import AgentSession, SessionEnd
from lanner_proto.v1 import agent_pb2, agent_pb2_grpc, artifact_pb2

SessionContext = grpc.aio.ServicerContext[agent_pb2.AgentMessage, agent_pb2.CoordinatorMessage]
FileContext = grpc.aio.ServicerContext[Any, Any]

_END_CODES = {
    SessionEnd.SUPERSEDED: grpc.StatusCode.ALREADY_EXISTS,
    SessionEnd.BROKEN: grpc.StatusCode.INVALID_ARGUMENT,
    SessionEnd.SILENT: grpc.StatusCode.UNAVAILABLE,
    SessionEnd.NOT_DURABLE: grpc.StatusCode.UNAVAILABLE,
}

HELLO_SECONDS = 10.0
"""How long a stream may stay without its Hello."""


class AgentStreams:
    """Serves the agents' streams: reads on one side, writes on the other, until either ends."""

    def __init__(self, registry: AgentRegistry, inbound: Inbound) -> None:
        self._registry = registry
        self._inbound = inbound
        self._readers = asyncio.TaskGroup()

    async def run(self) -> None:
        """Own the tasks that read streams, for ever."""
        async with self._readers:
            await asyncio.get_running_loop().create_future()  # no limit: until it is cancelled

    async def serve(
        self, requests: AsyncIterator[agent_pb2.AgentMessage], context: SessionContext
    ) -> AsyncIterator[agent_pb2.CoordinatorMessage]:
        """One stream."""
        hello = await _hello(requests)
        if hello is None:
            text = "the first message of a stream must be Hello, soon after its beginning"
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, text)
        session = self._registry.hello(agent_convert.hello(hello))
        if isinstance(session, Refusal):
            yield agent_pb2.CoordinatorMessage(refusal=agent_convert.refusal(session))
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, session.reason)
        reader = self._readers.create_task(self._read(session, requests))
        try:
            async for numbered in session.outgoing():
                yield agent_convert.outgoing(numbered)
        finally:
            reader.cancel()
            self._registry.disconnected(session)
        if session.end is not None and session.end is not SessionEnd.LEFT:
            await context.abort(_END_CODES[session.end], session.end_message)

    async def _read(
        self, session: AgentSession, requests: AsyncIterator[agent_pb2.AgentMessage]
    ) -> None:
        """Hand on what arrives, until the agent ends its side; then end ours."""
        try:
            async for message in requests:
                for one in agent_convert.messages_of(message):
                    incoming = agent_convert.incoming(one)
                    await self._inbound.received(session, one.sequence, incoming)
        except BrokenMessage as error:
            session.close(SessionEnd.BROKEN, str(error))
        except grpc.aio.AioRpcError as error:
            session.close(SessionEnd.LEFT, str(error))
        else:
            session.close(SessionEnd.LEFT, "the agent ended the stream")


async def _hello(requests: AsyncIterator[agent_pb2.AgentMessage]) -> agent_pb2.Hello | None:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            first = await anext(requests)
    except (TimeoutError, StopAsyncIteration):
        return None
    return first.hello if first.WhichOneof("message") == "hello" else None


class AgentService(agent_pb2_grpc.AgentServiceServicer):
    """The agents' service."""

    def __init__(self, streams: AgentStreams, files: AgentFiles) -> None:
        self._streams = streams
        self._files = files

    async def Session(
        self, request_iterator: AsyncIterator[agent_pb2.AgentMessage], context: SessionContext
    ) -> AsyncIterator[agent_pb2.CoordinatorMessage]:
        """An agent's stream."""
        async for message in self._streams.serve(request_iterator, context):
            yield message

    async def GetArtifact(
        self, request: agent_pb2.GetArtifactRequest, context: FileContext
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        """A file that an attempt may read."""
        async for chunk in self._files.get(request):
            yield chunk

    async def PutArtifact(
        self,
        request_iterator: AsyncIterator[agent_pb2.PutArtifactRequest],
        context: FileContext,
    ) -> agent_pb2.PutArtifactResponse:
        """A file that an attempt leaves."""
        return await self._files.put(request_iterator)

    async def FindUpload(
        self, request: agent_pb2.PutArtifactHeader, context: FileContext
    ) -> artifact_pb2.UploadProgress:
        """How far such a file is."""
        return await self._files.find(request)
