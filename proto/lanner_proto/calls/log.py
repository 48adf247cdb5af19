"""Log lines: read and follow."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from lanner_proto.connection import Connection
from lanner_proto.v1 import log_pb2
from lanner_proto.v1.log_pb2_grpc import LogServiceStub


class LogCalls(Connection):
    """Calls of `lanner.v1.LogService`."""

    async def list_logs(
        self,
        query: log_pb2.LogQuery,
        *,
        after_position: int = 0,
        limit: int = 0,
        tail: bool = False,
    ) -> log_pb2.ListLogsResponse:
        """Stored lines, oldest first, and how many match; with `tail` the last `limit` ones.

        Raises:
            NotFound: No such execution.
        """
        request = log_pb2.ListLogsRequest(
            query=query, after_position=after_position, limit=limit, tail=tail
        )
        return await self._unary(
            lambda channel: LogServiceStub(channel).ListLogs, request, may_repeat=True
        )

    async def follow_logs(
        self, query: log_pb2.LogQuery, *, after_position: int = 0
    ) -> AsyncGenerator[log_pb2.LogEntry, None]:
        """Stored lines, then new ones, until the execution has ended.

        After a lost link it goes on after the last line that came: none twice, none left out.

        Raises:
            NotFound: No such execution.
            Unavailable: There is no link, or it was not back in time.
        """
        position = after_position
        messages = self._stream(
            lambda channel: LogServiceStub(channel).FollowLogs,
            lambda: log_pb2.FollowLogsRequest(query=query, after_position=position),
        )
        async with aclosing(messages):
            async for message in messages:
                for entry in message.entries:
                    position = entry.position
                    yield entry
