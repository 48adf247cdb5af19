"""The list of namespaces, as the tree that the dots of their names make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from lanner_console.client import ConsoleClient
from lanner_console.keymap import NAMESPACES
from lanner_console.messages import OpenNamespace, ShowExecutions
from lanner_console.models import Page
from lanner_console.models.namespace import NamespaceRow
from lanner_console.screens.cells import text_cell, time_cell
from lanner_console.screens.table_screen import TableScreen
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace

EMPTY_TEXT = "No namespaces · one is there when a flow is in it, or lanner namespace set makes it"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceSource:
    """Namespaces in order of name.

    Attributes:
        client: Asks the coordinator.
        below: Only this one and those below it; empty: all.
    """

    client: ConsoleClient
    below: str

    async def window(self, offset: int, limit: int) -> Page[NamespaceRow]:
        """Fetch a part of them."""
        return await self.client.list_namespaces(below=self.below, limit=limit, offset=offset)


class NamespacesView(TableScreen):
    """Namespaces with how much is in them."""

    BINDINGS: ClassVar[list[BindingType]] = [*NAMESPACES]

    def compose(self) -> ComposeResult:
        """Lay out the table."""
        yield VirtualTable(
            namespace_columns(self.place),
            key_of=lambda row: row.name,
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXT,
            has_marks=False,
        )

    @property
    def row(self) -> NamespaceRow | None:
        """The namespace under the cursor."""
        row = self.table.cursor_row
        return row if isinstance(row, NamespaceRow) else None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The list."""
        return ("Namespaces",)

    def entered(self) -> None:
        """List, and list again: others change them too."""
        if self.was_entered:
            self.table.reload()
        else:
            below = self.place.options.namespace
            self.table.show(NamespaceSource(client=self.place.client, below=below))

    def on_table_view_opened(self) -> None:
        """Show the namespace."""
        if row := self.row:
            self.post_message(OpenNamespace(row.name))

    def action_executions(self) -> None:
        """Show the executions of the namespace and of those below it."""
        if row := self.row:
            self.post_message(ShowExecutions(f"ns:{row.name},{row.name}.*"))

    def action_copy(self) -> None:
        """Copy the name."""
        if row := self.row:
            self.copy(row.name, "The name")


def namespace_columns(place: Workplace) -> list[Column[NamespaceRow]]:
    """Give the columns."""

    def name(row: NamespaceRow) -> Span:
        above, _, own = row.name.rpartition(".")
        return text_cell("  " * (above.count(".") + 1 if above else 0) + own, Tone.STRONG)

    def count(number: int) -> Span:
        return Span(str(number)) if number else Span(place.glyphs.absent, Tone.DIM)

    def groups(row: NamespaceRow) -> Span:
        allowed = row.effective.allowed_groups
        return text_cell("all" if allowed is None else ", ".join(allowed) or "none", Tone.DIM)

    def description(row: NamespaceRow) -> Span:
        text = row.own.description if row.own else ""
        return text_cell(text.partition("\n")[0], Tone.DIM)

    return [
        Column(id="namespace", title="NAMESPACE", width=18, weight=3, show=name),
        _counted("flows", "FLOWS", lambda row: count(row.flow_count)),
        _counted("files", "FILES", lambda row: count(row.file_count)),
        _counted("values", "VALUES", lambda row: count(row.key_value_count)),
        _counted("variables", "VARS", lambda row: count(len(row.effective.variables))),
        Column(id="groups", title="GROUPS", width=8, weight=1, rank=2, show=groups),
        Column(
            id="set",
            title="SET",
            width=11,
            rank=1,
            show=lambda row: time_cell(row.updated_at, place),
        ),
        Column(id="about", title="ABOUT", width=10, weight=3, rank=3, show=description),
    ]


def _counted(id: str, title: str, show: Callable[[NamespaceRow], Span]) -> Column[NamespaceRow]:
    return Column(id=id, title=title, width=6, align_right=True, show=show)
