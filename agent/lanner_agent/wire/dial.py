"""Dials the coordinator and holds the one stream of the agent.

Every stream has a channel of its own: a shared one can hang half-open after a reset.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from google.protobuf.message import DecodeError
from grpc import aio

from lanner_agent.errors import (
    ProtocolViolation,
    SessionError,
    SessionLost,
    SessionRefused,
    TakenOver,
)
from lanner_agent.orders import Answer, Order
from lanner_agent.wire.decoding import decode
from lanner_proto.v1 import agent_pb2

SESSION = "/lanner.v1.AgentService/Session"
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
CHANNEL_OPTIONS = (
    ("grpc.keepalive_time_ms", 15_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_retries", 0),
)

SessionCall = aio.StreamStreamCall[bytes, agent_pb2.CoordinatorMessage]


class SessionStream:
    """An open stream: one task may send while another receives."""

    def __init__(self, call: SessionCall, agent_id: str) -> None:
        self._call = call
        self._agent_id = agent_id

    async def send(self, message: bytes) -> None:
        """Send one serialized `AgentMessage`; waits while the coordinator is slow.

        Raises:
            SessionError: The stream is over.
        """
        try:
            await self._call.write(message)
        except (aio.AioRpcError, asyncio.InvalidStateError) as cause:
            raise await self._why(cause) from cause

    async def receive(self) -> tuple[int, Order | Answer]:
        """Wait for the next message and its number; no limit: keepalive finds a dead link.

        Raises:
            ProtocolViolation: It breaks the rules of the contract.
            SessionError: The stream is over.
        """
        try:
            message = await self._call.read()
        except DecodeError as cause:
            raise ProtocolViolation("The coordinator sent bytes that are no message.") from cause
        except (aio.AioRpcError, asyncio.InvalidStateError) as cause:
            raise await self._why(cause) from cause
        if not isinstance(message, agent_pb2.CoordinatorMessage):
            raise SessionLost("The coordinator closed the session.")
        return decode(message)

    async def _why(self, cause: Exception) -> SessionError:
        """Say in the agent's own errors why the stream is over."""
        if isinstance(cause, aio.AioRpcError):
            code, details = cause.code(), cause.details() or ""
        else:
            code, details = await self._call.code(), await self._call.details()
        if code is grpc.StatusCode.ALREADY_EXISTS:
            return TakenOver(self._agent_id)
        if code is grpc.StatusCode.FAILED_PRECONDITION:
            return SessionRefused(details, may_retry=False)
        if code is grpc.StatusCode.UNAVAILABLE and "failed to connect" in details:
            reason = details.rpartition("error: ")[2]
            return SessionLost(f"The coordinator cannot be reached: {reason}.")
        return SessionLost(f"The session broke: {code.name} {details}".rstrip(" .") + ".")


@asynccontextmanager
async def dial(target: str, agent_id: str) -> AsyncIterator[SessionStream]:
    """Open a stream on a channel of its own, and close both in the end.

    Args:
        target: As gRPC names it: `unix:/path`, `127.0.0.1:7433`.
        agent_id: Stable name of the agent, for errors.
    """
    channel = aio.insecure_channel(target, options=CHANNEL_OPTIONS)
    try:
        open_session: aio.StreamStreamMultiCallable[bytes, agent_pb2.CoordinatorMessage] = (
            channel.stream_stream(
                SESSION,
                request_serializer=bytes,
                response_deserializer=agent_pb2.CoordinatorMessage.FromString,
            )
        )
        call = open_session()
        try:
            yield SessionStream(call, agent_id)
        finally:
            call.cancel()
    finally:
        await channel.close()
