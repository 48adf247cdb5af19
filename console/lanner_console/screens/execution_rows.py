"""The list of executions: its columns and where its rows come from."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_console.client import ConsoleClient
from lanner_console.glyphs import Glyphs
from lanner_console.models import ExecutionRow, Page
from lanner_console.screens.cells import (
    ID_CELLS,
    STATE_CELLS,
    duration_cell,
    state_cell,
    text_cell,
    time_cell,
)
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.workplace import Workplace

PROBLEM_TERM = "state:FAILED,WARNING,KILLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSource:
    """Executions that match a filter, in an order.

    Attributes:
        client: Asks the coordinator.
        filter_text: Filter language; empty: all.
        sort: Field, with a leading `-` for descending.
    """

    client: ConsoleClient
    filter_text: str
    sort: str

    async def window(self, offset: int, limit: int) -> Page[ExecutionRow]:
        """Fetch a part of them."""
        return await self.client.list_executions(
            filter_text=self.filter_text, limit=limit, offset=offset, sort=self.sort
        )


def execution_columns(place: Workplace) -> list[Column[ExecutionRow]]:
    """Give the columns; the ids are the fields that the coordinator sorts by."""
    return [*_identity_columns(place.glyphs), *_course_columns(place)]


def _identity_columns(glyphs: Glyphs) -> list[Column[ExecutionRow]]:
    return [
        Column(
            id="id",
            title="ID",
            width=ID_CELLS,
            show=lambda row: text_cell(row.id[:ID_CELLS], Tone.DIM),
            rank=2,
        ),
        Column(
            id="state",
            title="STATE",
            width=STATE_CELLS,
            show=lambda row: state_cell(row.state, glyphs),
        ),
        Column(
            id="namespace",
            title="NAMESPACE",
            width=11,
            weight=2,
            show=lambda row: text_cell(row.namespace),
            rank=1,
        ),
        Column(
            id="flow",
            title="FLOW",
            width=12,
            weight=3,
            show=lambda row: text_cell(row.flow_id, Tone.STRONG),
        ),
        Column(
            id="revision",
            title="REV",
            width=3,
            show=lambda row: Span(str(row.flow_revision), Tone.DIM),
            rank=5,
            align_right=True,
        ),
    ]


def _course_columns(place: Workplace) -> list[Column[ExecutionRow]]:
    glyphs = place.glyphs
    return [
        Column(
            id="created",
            title="STARTED",
            width=11,
            show=lambda row: time_cell(row.started_at or row.created_at, place),
        ),
        Column(
            id="duration",
            title="DURATION",
            width=8,
            show=lambda row: duration_cell(row.duration(place.clock()), glyphs),
            align_right=True,
        ),
        Column(
            id="attempt",
            title="TRY",
            width=3,
            show=lambda row: Span(
                str(row.attempt_number), Tone.WARN if row.attempt_number > 1 else Tone.DIM
            ),
            rank=4,
            align_right=True,
        ),
        Column(
            id="trigger",
            title="BY",
            width=8,
            show=lambda row: text_cell(row.trigger, Tone.DIM),
            rank=6,
        ),
        Column(
            id="error",
            title="TASK / ERROR",
            width=21,
            weight=6,
            show=_progress_or_error,
            rank=3,
        ),
    ]


def _progress_or_error(row: ExecutionRow) -> Span:
    if row.failed_task_id:
        return text_cell(f"{row.failed_task_id}: {row.error}")
    if row.error:
        return text_cell(row.error)
    if not row.state.is_terminal and row.task_run_count:
        return Span(f"{row.ended_task_run_count}/{row.task_run_count} tasks", Tone.DIM)
    return Span("")
