"""Log lines of an execution: stored ones, and new ones as they are committed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.hub import Hub, LogWatch
from lanner_coordinator.store.log_matching import line_matches
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import LogQuery, LogRecord

PAGE_SIZE = 1_000
"""Lines that a follower gets together."""


class Logs:
    """Reads and follows logs."""

    def __init__(
        self, *, store: Store, hub: Hub, executor: Executor, references: References
    ) -> None:
        self._store = store
        self._hub = hub
        self._executor = executor
        self._references = references

    async def page(
        self, query: LogQuery, *, after: int, limit: int, is_tail: bool = False
    ) -> tuple[Sequence[LogRecord], int]:
        """Stored lines in order, and how many match in all.

        Args:
            query: Its execution may be named as everywhere: start of an id, `@latest`.
            after: Position after which to begin; 0: the start.
            limit: At most so many.
            is_tail: The last lines instead of the first.

        Raises:
            NotFound: No such execution, or several.
        """
        query = await self._resolved(query)
        count = await self._store.count_logs(query)
        if not is_tail:
            return await self._store.logs(query, after=after, limit=limit), count
        last = await self._store.last_logs(query, limit=limit)
        return [line for line in last if line.position > after], count

    async def follow(
        self, query: LogQuery, *, after: int
    ) -> AsyncGenerator[Sequence[LogRecord], None]:
        """Lines after a position, then new ones, each once, until the execution has ended.

        Raises:
            NotFound: No such execution, or several.
        """
        query = await self._resolved(query)
        # Subscribed before the store is read: a line that is committed meanwhile comes both ways,
        # and positions, which grow in order of commit, tell that it is the same.
        with self._hub.follow_logs(query.execution_id) as watch:
            while True:
                has_ended = watch.has_ended or self._executor.live(query.execution_id) is None
                async for lines in self._stored(query, after):
                    after = lines[-1].position
                    yield lines
                if has_ended:
                    return
                async for lines in _new_lines(watch, query, after):
                    after = lines[-1].position
                    yield lines

    async def _stored(
        self, query: LogQuery, after: int
    ) -> AsyncGenerator[Sequence[LogRecord], None]:
        while lines := await self._store.logs(query, after=after, limit=PAGE_SIZE):
            yield lines
            after = lines[-1].position

    async def _resolved(self, query: LogQuery) -> LogQuery:
        execution_id = await self._references.resolve(query.execution_id)
        return replace(query, execution_id=execution_id)


async def _new_lines(
    watch: LogWatch, query: LogQuery, after: int
) -> AsyncGenerator[Sequence[LogRecord], None]:
    """New lines until some were missed or no more come; the store has the rest."""
    while True:
        await watch.changed.wait()  # no limit: the end of the execution wakes it
        lines, is_behind = watch.take()
        if is_behind:
            return
        wanted = [line for line in lines if line.position > after and line_matches(query, line)]
        for start in range(0, len(wanted), PAGE_SIZE):
            yield wanted[start : start + PAGE_SIZE]
        if watch.has_ended:
            return
