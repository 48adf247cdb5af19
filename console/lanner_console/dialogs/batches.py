"""The batches that the coordinator has carried out or is at; one is opened to see how it goes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lanner_console.dialogs.box import Box
from lanner_console.dialogs.list_dialog import ListDialog
from lanner_console.models import BatchView
from lanner_console.screens.asking import Asking
from lanner_console.screens.cells import time_cell
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace

MAX_BATCHES = 50


class BatchesDialog(ListDialog[BatchView], Asking):
    """Batches, newest first."""

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        self._batches: tuple[BatchView, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Box("Batches", "enter shows one · esc closes"):
            yield OptionList(Option("loading", disabled=True), compact=True, markup=False)

    def on_mount(self) -> None:
        """Ask for them."""
        self.start("batches", self._fetch, exclusive=True)

    async def _fetch(self) -> None:
        page = await self.ask(self.place.client.list_batches(limit=MAX_BATCHES))
        self._batches = page.rows if page else ()
        lines = [self._line(batch) for batch in self._batches]
        options = [Option(line) for line in lines]
        nothing = Option("No batch yet · mark executions, then r retries them", disabled=True)
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(options or [nothing])
        listed.highlighted = 0 if options else None
        listed.focus()

    def _line(self, batch: BatchView) -> str:
        at = time_cell(batch.created_at, self.place).text
        done = f"{batch.done_count}/{batch.total_count}"
        return (
            f"{at:<11} {batch.act.lower():<6} {batch.status.lower():<8} {done:>11}"
            f"  {batch.failed_count} failed  {shown(batch.reason)}"
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the batch."""
        self.dismiss(self._batches[event.option_index])
