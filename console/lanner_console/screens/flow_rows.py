"""The list of flows: its columns and where its rows come from."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_console.client import ConsoleClient
from lanner_console.glyphs import Glyphs
from lanner_console.models import FlowRow, Page
from lanner_console.screens.cells import STATE_CELLS, state_cell, text_cell, time_cell
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSource:
    """Flows of a namespace whose names hold a text.

    Attributes:
        client: Asks the coordinator.
        namespace: With a trailing `.*` those below it too; empty: all.
        text: Part of the id or the namespace; empty: all.
    """

    client: ConsoleClient
    namespace: str
    text: str

    async def window(self, offset: int, limit: int) -> Page[FlowRow]:
        """Fetch a part of them."""
        return await self.client.list_flows(
            namespace=self.namespace, text=self.text, limit=limit, offset=offset
        )


def flow_columns(place: Workplace) -> list[Column[FlowRow]]:
    """Give the columns."""
    return [*_identity_columns(), *_course_columns(place)]


def _identity_columns() -> list[Column[FlowRow]]:
    return [
        Column(
            id="namespace",
            title="NAMESPACE",
            width=12,
            weight=2,
            show=lambda row: text_cell(row.namespace),
        ),
        Column(
            id="flow",
            title="FLOW",
            width=16,
            weight=3,
            show=lambda row: text_cell(row.flow_id, Tone.STRONG),
        ),
        Column(
            id="revision",
            title="REV",
            width=3,
            show=lambda row: Span(str(row.revision), Tone.DIM),
            align_right=True,
            rank=3,
        ),
    ]


def _course_columns(place: Workplace) -> list[Column[FlowRow]]:
    glyphs = place.glyphs
    return [
        Column(
            id="last",
            title="LAST RUN",
            width=STATE_CELLS,
            show=lambda row: _last_state(row, glyphs),
        ),
        Column(
            id="started",
            title="STARTED",
            width=11,
            show=lambda row: time_cell(row.last_started_at, place),
            rank=1,
        ),
        Column(
            id="next",
            title="NEXT",
            width=11,
            show=lambda row: time_cell(row.next_at, place),
            rank=2,
        ),
        Column(
            id="triggers",
            title="TRIGGERS",
            width=10,
            weight=1,
            show=lambda row: text_cell(", ".join(row.trigger_ids), Tone.DIM),
            rank=4,
        ),
        Column(
            id="description",
            title="DESCRIPTION",
            width=14,
            weight=4,
            show=lambda row: text_cell(row.description.partition("\n")[0], Tone.DIM),
            rank=5,
        ),
    ]


def _last_state(row: FlowRow, glyphs: Glyphs) -> Span:
    if row.is_disabled:
        return Span(f"{glyphs.off} disabled", Tone.DIM)
    if row.last_state is None:
        return Span(f"{glyphs.absent} never run", Tone.DIM)
    return state_cell(row.last_state, glyphs)
