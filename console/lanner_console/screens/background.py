"""Work that goes on while keys are answered; it ends with the widget that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.widget import Widget
from textual.worker import WorkType


class Background(Widget):
    """A widget that can begin such work."""

    def start(
        self,
        group: str,
        work: Callable[..., Coroutine[Any, Any, object]],
        *arguments: object,
        exclusive: bool = False,
    ) -> None:
        """Begin `work` with its arguments; `exclusive`: what else the group does is cancelled.

        It is handed over as a function, not as a coroutine: one that is cancelled before it has
        begun would complain that nobody awaited it.
        """

        async def begun() -> None:
            await work(*arguments)

        worker: WorkType[None] = begun
        self.run_worker(worker, group=group, exclusive=exclusive)
