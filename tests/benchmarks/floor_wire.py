"""The wire of the bare architecture: JSON in gRPC messages, without a schema."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import grpc.aio
import msgspec

SERVICE = "floor.Floor"

Message = dict[str, object]

encode = msgspec.json.encode


def decode(text: bytes) -> Message:
    """The message of its JSON."""
    return msgspec.json.decode(text, type=Message)


class FloorClient:
    """Calls the bare coordinator."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._run = channel.unary_unary(
            f"/{SERVICE}/Run", request_serializer=encode, response_deserializer=decode
        )
        self._session = channel.stream_stream(
            f"/{SERVICE}/Session", request_serializer=encode, response_deserializer=decode
        )

    async def run(self, *, tasks: int, is_parallel: bool, kind: str) -> Message:
        """Run an execution of `tasks` tasks to its end.

        Answers when it has ended and is durable.
        """
        answer: Message = await self._run(
            {"tasks": tasks, "is_parallel": is_parallel, "kind": kind}
        )
        return answer

    def session(self, reports: AsyncIterator[Message]) -> AsyncIterator[Message]:
        """The agent's stream."""
        return aiter(self._session(reports))
