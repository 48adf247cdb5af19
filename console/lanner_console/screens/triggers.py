"""The list of triggers: on and off, and backfills of their past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from lanner_console.cli.times import iso_text
from lanner_console.client import ConsoleClient
from lanner_console.dialogs.backfill import BackfillDialog, BackfillRange
from lanner_console.glyphs import Glyphs
from lanner_console.keymap import TRIGGERS
from lanner_console.messages import OpenFlow, ShowExecutions
from lanner_console.models import Page, TriggerRow
from lanner_console.op_log import command_line
from lanner_console.screens.cells import text_cell, time_cell
from lanner_console.screens.table_screen import TableScreen
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace

EMPTY_TEXT = "No triggers · a flow gets them by its key `triggers`"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerSource:
    """Triggers of a namespace.

    Attributes:
        client: Asks the coordinator.
        namespace: With a trailing `.*` those below it too; empty: all.
    """

    client: ConsoleClient
    namespace: str

    async def window(self, offset: int, limit: int) -> Page[TriggerRow]:
        """Fetch a part of them."""
        return await self.client.list_triggers(namespace=self.namespace, limit=limit, offset=offset)


class TriggersView(TableScreen):
    """Triggers with what they wait for and when they fire next."""

    BINDINGS: ClassVar[list[BindingType]] = [*TRIGGERS]
    ACTS: ClassVar[frozenset[str]] = frozenset({"switch", "backfill", "end_backfill"})

    def compose(self) -> ComposeResult:
        """Lay out the table."""
        yield VirtualTable(
            trigger_columns(self.place),
            key_of=lambda row: row.key,
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXT,
            has_marks=False,
        )

    @property
    def row(self) -> TriggerRow | None:
        """The trigger under the cursor."""
        row = self.table.cursor_row
        return row if isinstance(row, TriggerRow) else None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The list."""
        return ("Triggers",)

    def entered(self) -> None:
        """List, and list again: their dates move on."""
        if self.was_entered:
            self.table.reload()
            return
        namespace = self.place.options.namespace
        below = f"{namespace}.*" if namespace else ""
        self.table.show(TriggerSource(client=self.place.client, namespace=below))

    def on_table_view_opened(self) -> None:
        """Show the flow of the trigger."""
        if row := self.row:
            self.post_message(OpenFlow(row.key.namespace, row.key.flow_id))

    def action_switch(self) -> None:
        """Switch the trigger on or off."""
        if (row := self.row) and not self.refuses("switch"):
            self.start("act", self._switch, row)

    async def _switch(self, row: TriggerRow) -> None:
        verb = "disable" if row.is_enabled else "enable"
        call = self.place.client.set_trigger_enabled(row.key, is_enabled=not row.is_enabled)
        if changed := await self.act(call, command_line("trigger", verb, name_of(row)), "done"):
            self.table.update_rows([changed])
            self.app.notify(f"{name_of(row)} is {verb}d")

    def action_backfill(self) -> None:
        """Ask for the range of dates whose executions are to be made up for."""
        if (row := self.row) is None or self.refuses("backfill"):
            return

        def answered(dates: BackfillRange | None) -> None:
            if dates is not None:
                self.start("act", self._backfill, row, dates)

        self.app.push_screen(BackfillDialog(self.place, row), answered)

    async def _backfill(self, row: TriggerRow, dates: BackfillRange) -> None:
        call = self.place.client.create_backfill(row.key, start=dates.start, end=dates.end)
        span = ["--start", iso_text(dates.start)]
        span += ["--end", iso_text(dates.end)] if dates.end else []
        command = command_line("trigger", "backfill", name_of(row), *span)
        if changed := await self.act(call, command, "backfill started"):
            self.table.update_rows([changed])
            count = changed.backfill.total_count if changed.backfill else 0
            self.app.notify(f"Backfill of {name_of(row)} has begun: {count} executions")

    def action_end_backfill(self) -> None:
        """End the backfill of the trigger."""
        row = self.row
        if row is None or self.refuses("end_backfill"):
            return
        if row.backfill is None:
            self.app.notify(f"No backfill of {name_of(row)} runs")
        else:
            self.start("act", self._end_backfill, row)

    async def _end_backfill(self, row: TriggerRow) -> None:
        command = command_line("trigger", "backfill", name_of(row), "--stop")
        call = self.place.client.delete_backfill(row.key)
        if changed := await self.act(call, command, "backfill ended"):
            self.table.update_rows([changed])

    def action_executions(self) -> None:
        """Show the executions of the trigger's flow that a schedule began."""
        if row := self.row:
            key = row.key
            text = f"ns:{key.namespace} flow:{key.flow_id} trigger:schedule,backfill,polling"
            self.post_message(ShowExecutions(text))

    def action_copy(self) -> None:
        """Copy the name."""
        if row := self.row:
            self.copy(name_of(row), "The name")


def name_of(row: TriggerRow) -> str:
    """Give the name of a trigger as commands take it."""
    return f"{row.key.namespace}/{row.key.flow_id}/{row.key.trigger_id}"


def trigger_columns(place: Workplace) -> list[Column[TriggerRow]]:
    """Give the columns."""
    return [
        Column(
            id="namespace",
            title="NAMESPACE",
            width=12,
            weight=2,
            rank=2,
            show=lambda row: text_cell(row.key.namespace),
        ),
        Column(
            id="flow",
            title="FLOW",
            width=14,
            weight=3,
            show=lambda row: text_cell(row.key.flow_id, Tone.STRONG),
        ),
        Column(
            id="trigger",
            title="TRIGGER",
            width=12,
            weight=1,
            show=lambda row: text_cell(row.key.trigger_id),
        ),
        Column(id="state", title="STATE", width=14, show=lambda row: _state(row, place.glyphs)),
        Column(
            id="condition",
            title="CONDITION",
            width=14,
            weight=1,
            rank=1,
            show=lambda row: text_cell(row.condition, Tone.DIM),
        ),
        Column(id="next", title="NEXT", width=12, show=lambda row: _next_at(row, place)),
        Column(
            id="last",
            title="LAST",
            width=11,
            rank=3,
            show=lambda row: time_cell(row.last_at, place),
        ),
        Column(
            id="zone",
            title="ZONE",
            width=13,
            rank=4,
            show=lambda row: text_cell(row.timezone, Tone.DIM),
        ),
        Column(
            id="note",
            title="NOTE",
            width=24,
            weight=2,
            rank=5,
            show=lambda row: text_cell(row.poll_error or row.activity, Tone.DIM),
        ),
    ]


def _state(row: TriggerRow, glyphs: Glyphs) -> Span:
    if row.backfill:
        return Span(f"{row.backfill.done_count}/{row.backfill.total_count} backfill", Tone.LIVE)
    if row.is_enabled and row.poll_error:
        return Span(f"{glyphs.warning} failing", Tone.WARN)
    on, off = Span(f"{glyphs.on} on", Tone.GOOD), Span(f"{glyphs.off} off", Tone.DIM)
    return on if row.is_enabled else off


def _next_at(row: TriggerRow, place: Workplace) -> Span:
    at = time_cell(row.next_at if row.is_enabled else None, place)
    if row.activity:
        return Span("now", Tone.LIVE)
    return Span(f"after {row.running_execution_id[:6]}") if row.running_execution_id else at
