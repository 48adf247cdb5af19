"""The fake LogService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import log_pb2, log_pb2_grpc
from tests.support.fake_coordinator.data import ENDED_STATES
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeLogService(log_pb2_grpc.LogServiceServicer):
    """Serves the lines of `logs`; a follow ends when its execution has ended and all was sent."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ListLogs(
        self, request: log_pb2.ListLogsRequest, context: Context
    ) -> log_pb2.ListLogsResponse:
        await self._state.enter("ListLogs", request, context)
        entries = await self._matching(request.query, context)
        total_count = len(entries)
        entries = [entry for entry in entries if entry.position > request.after_position]
        limit = request.limit or 1000
        entries = entries[-limit:] if request.tail else entries[:limit]
        return log_pb2.ListLogsResponse(entries=entries, total_count=total_count)

    async def FollowLogs(
        self, request: log_pb2.FollowLogsRequest, context: Context
    ) -> AsyncIterator[log_pb2.FollowLogsResponse]:
        await self._state.enter("FollowLogs", request, context)
        drops, count, position = self._state.drops, 0, request.after_position
        while True:
            # Looked at before the lines: what comes after the end of an execution is not awaited.
            has_ended = self._has_ended(request.query.execution_id)
            entries = [
                entry
                for entry in await self._matching(request.query, context)
                if entry.position > position
            ]
            if entries:
                yield log_pb2.FollowLogsResponse(entries=entries)
                position, count = entries[-1].position, count + 1
                await self._state.sent("FollowLogs", count, context)
            if has_ended:
                return
            await self._state.changed()
            if self._state.drops != drops:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "the coordinator is stopping")

    def _has_ended(self, execution_id: str) -> bool:
        execution = self._state.executions.get(execution_id)
        return execution is None or execution.summary.state in ENDED_STATES

    async def _matching(self, query: log_pb2.LogQuery, context: Context) -> list[log_pb2.LogEntry]:
        if query.execution_id not in self._state.executions:
            await context.abort(
                grpc.StatusCode.NOT_FOUND, f'no execution has the id "{query.execution_id}"'
            )
        return [
            entry
            for entry in self._state.logs.get(query.execution_id, [])
            if query.task_id in ("", entry.task_id)
            and query.task_run_id in ("", entry.task_run_id)
            and entry.level >= query.min_level
            and query.text.lower() in entry.text.lower()
        ]
