"""Brings what changes into the list of executions: a few times a second, or later if frozen."""

from __future__ import annotations

from collections.abc import Callable

from lanner_console.models import ExecutionRow
from lanner_console.screens.asking import Asking
from lanner_console.screens.streams import keep_open
from lanner_proto.errors import InvalidInput, LannerError


class LiveRows:
    """Follows the executions that match a filter; hands the newest state of each to `show`."""

    def __init__(
        self,
        view: Asking,
        show: Callable[[list[ExecutionRow]], None],
        waits: Callable[[], None],
    ) -> None:
        self.is_frozen = False
        """Changes wait until the list may move again."""
        self._view = view
        self._show = show
        self._waits = waits
        self._waiting: dict[str, ExecutionRow] = {}
        self._is_flush_due = False

    @property
    def waiting_count(self) -> int:
        """Executions that have changed and are not shown so yet."""
        return len(self._waiting)

    def follow(self, filter_text: str) -> None:
        """Follow what matches this filter, and nothing else, from now on."""
        self._waiting.clear()
        self.is_frozen = False
        self._view.start("feed", self._follow, filter_text, exclusive=True)

    def freeze(self, *, is_frozen: bool) -> None:
        """Hold changes back, or show what was held back."""
        self.is_frozen = is_frozen
        self._flush()

    async def _follow(self, filter_text: str) -> None:
        client = self._view.place.client
        await keep_open(
            lambda: client.watch_executions(filter_text=filter_text), self._take, self._refused
        )

    def _refused(self, error: LannerError) -> None:
        # A wrong filter is refused to the list itself too, which says so.
        if not isinstance(error, InvalidInput):
            self._view.tell_failure(error)

    def _take(self, row: ExecutionRow) -> None:
        self._waiting[row.id] = row
        if self.is_frozen:
            self._waits()
        elif not self._is_flush_due:
            self._is_flush_due = True
            self._view.set_timer(self._view.place.options.refresh_seconds, self._flush_due)

    def _flush_due(self) -> None:
        self._is_flush_due = False
        self._flush()

    def _flush(self) -> None:
        if not self.is_frozen and self._waiting:
            rows, self._waiting = list(self._waiting.values()), {}
            self._show(rows)
