"""The list of flows."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from lanner_console.keymap import FLOWS
from lanner_console.messages import AskRun, OpenFlow, ShowExecutions
from lanner_console.models import FlowRow
from lanner_console.screens.flow_rows import FlowSource, flow_columns
from lanner_console.screens.table_screen import TableScreen
from lanner_console.widgets.filter_bar import FilterBar
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace

EMPTY_TEXT = "No flows yet · lanner flow apply FILE brings one"
NO_MATCH_TEXT = "No flow's name holds that · esc shows all"


class FlowsView(TableScreen):
    """Flows with their last run and their next one."""

    BINDINGS: ClassVar[list[BindingType]] = [*FLOWS]
    ACTS: ClassVar[frozenset[str]] = frozenset({"run"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.text = ""

    def compose(self) -> ComposeResult:
        """Lay out the table and the filter bar."""
        yield VirtualTable(
            flow_columns(self.place),
            key_of=lambda row: (row.namespace, row.flow_id),
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXT,
            has_marks=False,
        )
        yield FilterBar()

    @property
    def row(self) -> FlowRow | None:
        """The flow under the cursor."""
        row = self.table.cursor_row
        return row if isinstance(row, FlowRow) else None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The text that is looked for is part of the path."""
        return ("Flows", self.text) if self.text else ("Flows",)

    def entered(self) -> None:
        """List, and list again: others may have applied flows meanwhile."""
        if self.was_entered:
            self.table.reload()
        else:
            self.set_text("")

    def set_text(self, text: str) -> None:
        """List the flows whose names hold a text."""
        self.text = text
        namespace = self.place.options.namespace
        self.table.empty_text = NO_MATCH_TEXT if text else EMPTY_TEXT
        self.table.show(
            FlowSource(
                client=self.place.client,
                namespace=f"{namespace}.*" if namespace else "",
                text=text,
            )
        )
        self.tell_frame()

    def on_table_view_opened(self) -> None:
        """Show the flow."""
        if row := self.row:
            self.post_message(OpenFlow(row.namespace, row.flow_id))

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        """List while the text is typed."""
        self.set_text(message.text)

    def on_filter_bar_applied(self, message: FilterBar.Applied) -> None:
        """Go to the list."""
        self.set_text(message.text)
        self.table.focus()

    def on_filter_bar_closed(self) -> None:
        """Show all again."""
        self.set_text("")
        self.table.focus()

    def action_filter(self) -> None:
        """Type a part of a name."""
        self.query_one(FilterBar).open("/", self.text)

    def action_back(self) -> None:
        """Show all, then go back."""
        if self.text:
            self.set_text("")
        else:
            super().action_back()

    def action_run(self) -> None:
        """Open the dialog that runs the flow."""
        if (row := self.row) and not self.refuses("run"):
            self.post_message(AskRun(row.namespace, row.flow_id))

    def action_executions(self) -> None:
        """Show the executions of the flow."""
        if row := self.row:
            self.post_message(ShowExecutions(f"ns:{row.namespace} flow:{row.flow_id}"))

    def action_copy(self) -> None:
        """Copy the name."""
        if row := self.row:
            self.copy(f"{row.namespace}/{row.flow_id}", "The name")
