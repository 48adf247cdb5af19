"""How a batch goes: it runs on the coordinator, so this window can be closed and opened again."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from lanner_console.dialogs.box import Box
from lanner_console.keymap import BATCH_DIALOG
from lanner_console.models import BatchControl, BatchItemRow, BatchStatus, BatchView, ItemOutcome
from lanner_console.op_log import command_line
from lanner_console.screens.asking import Asking
from lanner_console.screens.streams import keep_open
from lanner_console.widgets.text_fit import fit, shown
from lanner_console.workplace import Workplace

BAR_CELLS = 40
SHOWN_ITEMS = 8
MAX_RETRIED = 1000


class BatchProgressDialog(ModalScreen[tuple[str, ...]], Asking):
    """A batch as it goes; answers with the executions to retry, if that is asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [*BATCH_DIALOG]

    DEFAULT_CSS = """
    BatchProgressDialog { align: center bottom; background: $background 20%; }
    BatchProgressDialog > #box {
        width: 96%;
        max-width: 110;
        max-height: 80%;
        margin-bottom: 1;
        border-title-style: none;
    }
    BatchProgressDialog Static { height: auto; }
    BatchProgressDialog #keys { color: $text-muted; margin-top: 1; }
    """

    def __init__(self, place: Workplace, batch: BatchView) -> None:
        super().__init__()
        self.place = place
        self.shown_batch = batch

    def compose(self) -> ComposeResult:
        """Lay out the bar, the numbers and what went wrong."""
        with Box():
            yield Static(id="progress")
            yield Static(id="items")
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Follow the batch."""
        self._show(self.shown_batch)
        self.start("batch", self._follow, exclusive=True)

    async def _follow(self) -> None:
        client, batch_id = self.place.client, self.shown_batch.id
        await keep_open(lambda: client.watch_batch(batch_id), self._take, self.tell_failure)

    def _take(self, batch: BatchView) -> None:
        has_news = (batch.failed_count, batch.refused_count) != (
            self.shown_batch.failed_count,
            self.shown_batch.refused_count,
        )
        self._show(batch)
        if has_news or batch.status.has_ended:
            self.start("items", self._list_problems, exclusive=True)

    async def _list_problems(self) -> None:
        items: list[BatchItemRow] = []
        for outcome in (ItemOutcome.FAILED, ItemOutcome.REFUSED):
            page = await self.ask(
                self.place.client.list_batch_items(
                    self.shown_batch.id, outcome=outcome, limit=SHOWN_ITEMS
                )
            )
            items += page.rows if page else ()
        text = Text("\n").join(_item_line(item) for item in items[:SHOWN_ITEMS])
        self.query_one("#items", Static).update(text)

    def _show(self, batch: BatchView) -> None:
        self.shown_batch = batch
        box = self.query_one("#box")
        box.border_title = f"batch {batch.id} · {batch.act.lower()} · {batch.status.lower()}"
        box.border_subtitle = batch.reason
        self.query_one("#progress", Static).update(progress_text(batch, self.place))
        pause = "go on" if batch.status is BatchStatus.PAUSED else "pause"
        keys = [] if batch.status.has_ended else [f"p {pause}", "^k stop"]
        keys += ["r retry what failed"] if batch.failed_count else []
        keys += ["esc to the background", f"also: lanner batch describe {batch.id}"]
        self.query_one("#keys", Static).update(Text("  ".join(keys)))

    def action_pause(self) -> None:
        """Pause the batch, or let it go on."""
        is_paused = self.shown_batch.status is BatchStatus.PAUSED
        self._control(BatchControl.RESUME if is_paused else BatchControl.PAUSE)

    def action_stop(self) -> None:
        """Begin nothing more; what was begun goes on."""
        self._control(BatchControl.STOP)

    def _control(self, control: BatchControl) -> None:
        if not self.shown_batch.status.has_ended:
            self.start("control", self._send, control, exclusive=True)

    async def _send(self, control: BatchControl) -> None:
        command = command_line("batch", control.lower(), self.shown_batch.id)
        call = self.place.client.control_batch(self.shown_batch.id, control)
        if batch := await self.act(call, command, control.lower()):
            self._show(batch)

    def action_retry_failed(self) -> None:
        """Ask to retry the executions that failed again."""
        if self.shown_batch.failed_count:
            self.start("retry", self._retry_failed, exclusive=True)

    async def _retry_failed(self) -> None:
        page = await self.ask(
            self.place.client.list_batch_items(
                self.shown_batch.id, outcome=ItemOutcome.FAILED, limit=MAX_RETRIED
            )
        )
        if page and page.rows:
            self.dismiss(tuple(item.execution_id for item in page.rows))

    def action_close(self) -> None:
        """Leave the batch to itself."""
        self.dismiss(())


def progress_text(batch: BatchView, place: Workplace) -> Text:
    """Write a bar and what became of the executions so far."""
    glyphs = place.glyphs
    full = BAR_CELLS * batch.done_count // batch.total_count if batch.total_count else BAR_CELLS
    text = Text()
    text.append(glyphs.bar_full * full, "bold")
    text.append(glyphs.bar_rest * (BAR_CELLS - full), "dim")
    text.append(f"  {batch.done_count}/{batch.total_count}\n", "bold")
    counts = (
        ("SUCCESS", batch.succeeded_count, "ok"),
        ("RUNNING", batch.running_count, "running"),
        ("FAILED", batch.failed_count, "failed again"),
        ("CANCELLED", batch.refused_count, "refused"),
    )
    written = [f"{glyphs.states[state]} {count} {word}" for state, count, word in counts]
    text.append("   ".join(written))
    return text


def _item_line(item: BatchItemRow) -> Text:
    line = Text(f"{item.execution_id}  {item.outcome.lower():<8}  ", "dim")
    return line.append(fit(shown(item.message), 60).rstrip())
