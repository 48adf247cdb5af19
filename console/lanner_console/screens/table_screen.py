"""What the smaller lists have in common: one table, filled again now and then while it is shown."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget

from lanner_console.screens.view import View
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

RELOAD_TICKS = 3


class TableScreen(View):
    """A view that shows one table, whose rows nobody announces: it asks every few seconds."""

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self._ticks = 0

    @property
    def table(self) -> VirtualTable[Any]:
        """The table that is shown."""
        return self.query_one(VirtualTable)

    @property
    def facts(self) -> str:
        """How many rows there are."""
        return f"{self.table.pages.total_count:,}".replace(",", " ")

    @property
    def focus_target(self) -> Widget:
        """The table."""
        return self.table

    def ticked(self) -> None:
        """Ask again for what is on the screen."""
        self._ticks += 1
        if self._ticks % RELOAD_TICKS == 0 and self.place.link.view.is_up:
            self.table.reload()

    def reconnected(self) -> None:
        """Ask again at once."""
        self.table.reload()

    def on_table_view_counted(self) -> None:
        """Tell the frame how many rows there are."""
        self.tell_frame()

    def on_table_view_fetch_failed(self, message: VirtualTable.FetchFailed) -> None:
        """Tell why rows did not come."""
        if isinstance(message.error, LannerError):
            self.tell_failure(message.error)
        else:
            raise message.error
