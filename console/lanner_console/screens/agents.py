"""The list of agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from lanner_console.client import ConsoleClient
from lanner_console.keymap import AGENTS
from lanner_console.messages import ShowExecutions
from lanner_console.models import AgentRow, AgentStatus, Page
from lanner_console.op_log import command_line
from lanner_console.screens.cells import text_cell, time_cell
from lanner_console.screens.table_screen import TableScreen
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace

EMPTY_TEXT = "No agent has been here in the last 24 hours · lanner agent starts one"
BAR_CELLS = 8
GIB = 1024**3
TONE_OF_STATUS = {
    AgentStatus.READY: Tone.GOOD,
    AgentStatus.DRAINING: Tone.HOLD,
    AgentStatus.UNREACHABLE: Tone.BAD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSource:
    """All agents; they come in one answer.

    Attributes:
        client: Asks the coordinator.
    """

    client: ConsoleClient

    async def window(self, offset: int, limit: int) -> Page[AgentRow]:
        """Fetch them and give a part."""
        agents = await self.client.list_agents()
        return Page(rows=tuple(agents[offset : offset + limit]), total_count=len(agents))


class AgentsView(TableScreen):
    """Agents with their load."""

    BINDINGS: ClassVar[list[BindingType]] = [*AGENTS]
    ACTS: ClassVar[frozenset[str]] = frozenset({"drain"})

    def compose(self) -> ComposeResult:
        """Lay out the table."""
        yield VirtualTable(
            agent_columns(self.place),
            key_of=lambda row: row.id,
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXT,
            has_marks=False,
        )

    @property
    def row(self) -> AgentRow | None:
        """The agent under the cursor."""
        row = self.table.cursor_row
        return row if isinstance(row, AgentRow) else None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The list."""
        return ("Agents",)

    def entered(self) -> None:
        """List, and list again: their load changes."""
        if self.was_entered:
            self.table.reload()
        else:
            self.table.show(AgentSource(client=self.place.client))

    def on_table_view_opened(self) -> None:
        """Show what ran on the agent."""
        if row := self.row:
            self.post_message(ShowExecutions(f"agent:{row.id}"))

    def action_drain(self) -> None:
        """Give the agent no new work, or let it work again."""
        if (row := self.row) and not self.refuses("drain"):
            self.start("act", self._drain, row)

    async def _drain(self, row: AgentRow) -> None:
        undo = row.status is AgentStatus.DRAINING
        words = ["agent", "drain", row.id] + (["--undo"] if undo else [])
        call = self.place.client.drain_agent(row.id, undo=undo)
        if changed := await self.act(call, command_line(*words), "done"):
            self.table.update_rows([changed])
            what = "takes work again" if undo else "takes no new work · s undoes that"
            self.app.notify(f"{row.id} {what}")

    def action_copy(self) -> None:
        """Copy the id."""
        if row := self.row:
            self.copy(row.id, "The id")


def agent_columns(place: Workplace) -> list[Column[AgentRow]]:
    """Give the columns."""
    glyphs = place.glyphs

    def status(row: AgentRow) -> Span:
        sign = glyphs.on if row.status is AgentStatus.READY else glyphs.off
        return Span(f"{sign} {row.status.lower()}", TONE_OF_STATUS.get(row.status, Tone.DIM))

    def slots(row: AgentRow) -> Span:
        full = BAR_CELLS * row.busy_slots // row.slots if row.slots else 0
        bar = glyphs.bar_full * full + glyphs.bar_rest * (BAR_CELLS - full)
        return Span(f"{bar} {row.busy_slots}/{row.slots}")

    def memory(row: AgentRow) -> Span:
        used, total = row.memory_used_bytes / GIB, row.memory_total_bytes / GIB
        return Span(f"{used:.1f}/{total:.0f} GiB" if row.memory_total_bytes else glyphs.absent)

    def labels(row: AgentRow) -> Span:
        return text_cell(" ".join(f"{key}={value}" for key, value in row.labels.items()), Tone.DIM)

    return [
        Column(
            id="agent",
            title="AGENT",
            width=12,
            weight=2,
            show=lambda row: text_cell(row.id, Tone.STRONG),
        ),
        Column(id="status", title="STATUS", width=14, show=status),
        Column(id="slots", title="SLOTS", width=14, show=slots),
        Column(
            id="cpu",
            title="CPU",
            width=5,
            align_right=True,
            show=lambda row: Span(f"{row.cpu_load:.0%}"),
        ),
        Column(id="memory", title="MEMORY", width=12, align_right=True, rank=2, show=memory),
        Column(
            id="seen",
            title="SEEN",
            width=11,
            rank=1,
            show=lambda row: time_cell(row.last_seen_at, place),
        ),
        Column(
            id="version",
            title="VERSION",
            width=8,
            rank=4,
            show=lambda row: text_cell(row.software_version, Tone.DIM),
        ),
        Column(id="labels", title="LABELS", width=10, weight=3, rank=3, show=labels),
    ]
