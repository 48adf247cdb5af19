"""Log lines: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from lanner_console.calls.asker import Asker
from lanner_console.models import LogLine, LogQuery, Page
from lanner_console.wire import log as wire


class LogCalls(Asker):
    """The part of `ConsoleClient` about log lines."""

    async def list_logs(
        self,
        query: LogQuery,
        *,
        after_position: int = 0,
        limit: int = 1000,
        tail: bool = False,
    ) -> Page[LogLine]:
        """A page of a log."""
        response = await self._client.list_logs(
            wire.query_message(query), after_position=after_position, limit=limit, tail=tail
        )
        return wire.page(response)

    async def follow_logs(
        self, query: LogQuery, *, after_position: int = 0
    ) -> AsyncGenerator[LogLine, None]:
        """Lines of a log, as they come."""
        entries = self._client.follow_logs(wire.query_message(query), after_position=after_position)
        async with aclosing(entries):
            async for entry in entries:
                yield wire.line(entry)
