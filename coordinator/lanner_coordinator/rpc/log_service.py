"""The LogService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.rpc.convert_log import line_out, query_in
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit
from lanner_coordinator.runtime.executions.logs import Logs
from lanner_proto.v1 import log_pb2, log_pb2_grpc


class LogService(log_pb2_grpc.LogServiceServicer):
    """Serves log lines; what each call means stands in `log.proto`."""

    def __init__(self, *, logs: Logs) -> None:
        self._logs = logs

    async def ListLogs(
        self, request: log_pb2.ListLogsRequest, context: Context
    ) -> log_pb2.ListLogsResponse:
        """Stored lines."""
        lines, total_count = await self._logs.page(
            query_in(request.query),
            after=request.after_position,
            limit=page_limit(request.limit, default=1_000, highest=10_000),
            is_tail=request.tail,
        )
        return log_pb2.ListLogsResponse(
            entries=[line_out(line) for line in lines], total_count=total_count
        )

    async def FollowLogs(
        self, request: log_pb2.FollowLogsRequest, context: Context
    ) -> AsyncIterator[log_pb2.FollowLogsResponse]:
        """Stored lines, then new ones."""
        pages = self._logs.follow(query_in(request.query), after=request.after_position)
        async with aclosing(pages):
            async for lines in pages:
                entries = [line_out(line) for line in lines]
                yield log_pb2.FollowLogsResponse(entries=entries)
