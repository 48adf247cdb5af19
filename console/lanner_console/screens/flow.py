"""One flow: its source and its revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from lanner_console.keymap import FLOW, TREE
from lanner_console.messages import AskRun, ShowExecutions
from lanner_console.models import FlowDetail, RevisionRow
from lanner_console.screens.cells import text_cell, time_cell
from lanner_console.screens.saving import free_path, save_text
from lanner_console.screens.view import View
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import Line, Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.row_list import RowList
from lanner_console.widgets.source_view import SourceView
from lanner_console.widgets.tab_line import TabLine
from lanner_console.workplace import Workplace

TABS = ("source", "revisions")


class RevisionList(RowList[RevisionRow]):
    """Revisions of a flow, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in TREE if binding.id not in ("tree.fold", "tree.open")
    ]

    def __init__(self, place: Workplace, current: Callable[[], int], *, id: str) -> None:
        super().__init__(id=id)
        self._place = place
        self._current = current

    def key_of(self, row: RevisionRow) -> str:
        """Give the number of the revision."""
        return str(row.revision)

    def compose_heading(self) -> Line:
        """Make the heading."""
        return Line((Span("   REV  APPLIED      BY"),), Fill.HEADER)

    def compose_row(self, row: RevisionRow, fill: Fill) -> Line:
        """Make the line of a revision; the one whose source is shown is marked."""
        mark = self._place.glyphs.mark if row.revision == self._current() else " "
        at = time_cell(row.applied_at, self._place)
        return Line(
            (
                Span(f" {mark} ", Tone.KEY),
                Span(f"{row.revision:>3}  "),
                Span(f"{at.text:<11}  ", Tone.DIM),
                text_cell(row.applied_by),
            ),
            fill,
        )


class FlowView(View):
    """The flow that was opened last."""

    BINDINGS: ClassVar[list[BindingType]] = [*FLOW]
    ACTS: ClassVar[frozenset[str]] = frozenset({"run"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.name_of_flow = ("", "")
        self.detail: FlowDetail | None = None

    def compose(self) -> ComposeResult:
        """Lay out the facts and the tabs."""
        yield OneLine(id="flow-facts")
        yield TabLine(TABS)
        with ContentSwitcher(initial="source"):
            yield SourceView(id="source")
            yield RevisionList(self.place, self._revision, id="revisions")

    def _revision(self) -> int:
        return self.detail.revision if self.detail else 0

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Namespace and id."""
        return ("Flows", "/".join(self.name_of_flow))

    @property
    def facts(self) -> str:
        """The revision that is shown."""
        return f"rev {self.detail.revision}" if self.detail else ""

    @property
    def focus_target(self) -> Widget:
        """What the active tab shows."""
        return self.query_one(f"#{self.query_one(TabLine).active}")

    def open(self, namespace: str, flow_id: str) -> None:
        """Show a flow, its newest revision."""
        self.name_of_flow = (namespace, flow_id)
        self.detail = None
        self.query_one(SourceView).show("")
        self._show_tab("source")
        self.start("flow", self._fetch, exclusive=True)

    def reconnected(self) -> None:
        """Look at the flow again."""
        self.start("flow", self._fetch, exclusive=True)

    async def _fetch(self) -> None:
        client = self.place.client
        if detail := await self.ask(client.get_flow(*self.name_of_flow)):
            self._show(detail)
        if revisions := await self.ask(client.list_revisions(*self.name_of_flow)):
            self.query_one(RevisionList).show(revisions)

    def _show(self, detail: FlowDetail) -> None:
        self.detail = detail
        self.query_one(SourceView).show(detail.source)
        glyphs = self.place.glyphs
        dot = Span(f" {glyphs.separator} ", Tone.DIM)
        state = Span(f" {glyphs.off} disabled" if detail.is_disabled else f" {glyphs.on} enabled")
        spans = [Span(state.text, Tone.DIM if detail.is_disabled else Tone.GOOD)]
        facts = [f"{len(detail.tasks)} tasks", f"{len(detail.inputs)} inputs"]
        facts += [f"triggers {', '.join(detail.trigger_ids)}"] if detail.trigger_ids else []
        facts += [f"{key}={value}" for key, value in detail.labels.items()]
        facts += [detail.description.partition("\n")[0]] if detail.description else []
        for fact in facts:
            spans += [dot, text_cell(fact, Tone.DIM)]
        self.query_one("#flow-facts", OneLine).say(spans)
        self.query_one(RevisionList).repaint()
        self.tell_frame()

    def _show_tab(self, tab: str) -> None:
        self.query_one(TabLine).activate(tab)
        self.query_one(ContentSwitcher).current = tab
        if self.was_entered:
            self.focus_target.focus()

    def on_tab_line_picked(self, message: TabLine.Picked) -> None:
        """Show the tab that was clicked."""
        self._show_tab(message.tab)

    def on_row_list_cursor_moved(self) -> None:
        """Fetch the source of the chosen revision."""
        row = self.query_one(RevisionList).cursor_row
        if row is not None and self.detail and row.revision != self.detail.revision:
            self.start("flow", self._fetch_revision, row.revision, exclusive=True)

    async def _fetch_revision(self, revision: int) -> None:
        call = self.place.client.get_flow(*self.name_of_flow, revision=revision)
        if detail := await self.ask(call):
            self._show(detail)

    def action_next_tab(self) -> None:
        """Show the other tab."""
        self._show_tab(self.query_one(TabLine).beside(1))

    def action_run(self) -> None:
        """Open the dialog that runs the flow."""
        if not self.refuses("run"):
            self.post_message(AskRun(*self.name_of_flow))

    def action_executions(self) -> None:
        """Show the executions of the flow."""
        namespace, flow_id = self.name_of_flow
        self.post_message(ShowExecutions(f"ns:{namespace} flow:{flow_id}"))

    def action_copy(self) -> None:
        """Copy the source."""
        if self.detail:
            self.copy(self.detail.source, "The source")

    def action_save(self) -> None:
        """Save the source to a file."""
        if self.detail:
            self.start("save", self._save, self.detail)

    async def _save(self, detail: FlowDetail) -> None:
        name = f"{detail.flow_id}-{detail.revision}"
        path = free_path(self.place.options.save_folder, name, ".yaml", self.place.clock())
        if await self.save(path, save_text(path, detail.source)):
            self.copy(str(path), f"Saved to {path}; its path")
