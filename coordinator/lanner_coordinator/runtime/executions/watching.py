"""Follows one execution, or all that match a filter, for as long as somebody looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.executions.reading import ExecutionReader
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_coordinator.runtime.hub import ExecutionWatch, Hub
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.records import ExecutionSummary

_Shown = TypeVar("_Shown")

LIST_INTERVAL_SECONDS = 0.25
"""Between two messages to a watcher of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is told of a watched execution.

    Attributes:
        view: The execution; void at the next await.
        run_ids: Task runs that changed; absent: tell all of it.
        has_ended: This is the last moment.
    """

    view: ExecutionView
    run_ids: Sequence[str] | None
    has_ended: bool


class Watching:
    """Watches for people and services. Each watch reads what is durable, as `reading` tells."""

    def __init__(
        self, *, hub: Hub, reader: ExecutionReader, references: References, clock: Clock
    ) -> None:
        self._hub = hub
        self._reader = reader
        self._references = references
        self._clock = clock

    async def watch(
        self, reference: str, show: Callable[[Moment], _Shown]
    ) -> AsyncGenerator[_Shown, None]:
        """The whole execution, then what changes, until it ends.

        A slow reader gets fewer, merged moments. `show` must not wait and keep nothing of them.

        Raises:
            NotFound: No such execution, or several.
        """
        execution_id = await self._references.resolve(reference)
        with self._hub.watch_execution(execution_id) as watch:
            run_ids: Sequence[str] | None = None
            while True:
                shown, has_ended = await self._moment(execution_id, run_ids, show)
                yield shown
                if has_ended:
                    return
                run_ids = await _next_change(watch)

    async def _moment(
        self, execution_id: str, run_ids: Sequence[str] | None, show: Callable[[Moment], _Shown]
    ) -> tuple[_Shown, bool]:
        def show_live(view: ExecutionView) -> _Shown:
            return show(Moment(view=view, run_ids=run_ids, has_ended=False))

        shown = await self._reader.read_live(execution_id, show_live, run_ids)
        if shown is not None:
            return shown, False
        view = await self._reader.archived_view(execution_id)
        return show(Moment(view=view, run_ids=run_ids, has_ended=True)), True

    async def watch_list(
        self, where: ExecutionFilter
    ) -> AsyncGenerator[Sequence[ExecutionSummary], None]:
        """Executions that match, as they are created and change, for ever.

        The first item is empty and says that the watch stands.
        """

        def matches(summary: ExecutionSummary) -> bool:
            return where.matches(summary, self._clock.now())

        with self._hub.watch_list(matches) as watch:
            yield ()
            while True:
                await watch.changed.wait()  # no limit: the reader ends it
                yield watch.take()
                await asyncio.sleep(LIST_INTERVAL_SECONDS)


async def _next_change(watch: ExecutionWatch) -> Sequence[str] | None:
    """Task runs that changed next; absent: all may have, as it came back to life."""
    await watch.changed.wait()  # no limit: the execution's end wakes it, or the reader ends it
    run_ids, is_restarted = watch.take()
    return None if is_restarted else run_ids
