"""The list of executions: live, filtered, sorted, marked, and what can be done to them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from lanner_console.cli.filters import list_filter
from lanner_console.keymap import EXECUTIONS
from lanner_console.messages import AskRun, OpenExecution, OpenFlow
from lanner_console.models import BatchAct, BatchSelection, ExecutionRow, State
from lanner_console.op_log import command_line
from lanner_console.screens.act_menu import ActMenu
from lanner_console.screens.execution_acts import ask_batch, ask_kill, ask_retry
from lanner_console.screens.execution_peek import ExecutionPeek
from lanner_console.screens.execution_rows import (
    PROBLEM_TERM,
    ExecutionSource,
    execution_columns,
)
from lanner_console.screens.live_rows import LiveRows
from lanner_console.screens.saving import executions_csv, free_path, save_chunks
from lanner_console.screens.suspending import ask_suspend
from lanner_console.screens.view import View
from lanner_console.widgets.filter_bar import FilterBar, FilterSuggester
from lanner_console.widgets.row_marks import RowMarks
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

RELOAD_TICKS = 4
NEWEST_FIRST = "-created"
EVERYTHING = "id:*"
EMPTY_TEXT = "No executions yet · 3 shows the flows, t runs one"
NO_MATCH_TEXT = "No execution matches the filter · esc takes it off"


class ExecutionsView(View):
    """Executions that match a filter, as they are created and change."""

    BINDINGS: ClassVar[list[BindingType]] = [*EXECUTIONS]
    ACTS: ClassVar[frozenset[str]] = frozenset({"retry", "kill", "run", "suspend", "acts"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.filter_text = ""
        self.last_filter_text = ""
        self.is_problems_only = False
        self.sort = NEWEST_FIRST
        self._live = LiveRows(self, self._update, self.tell_frame)
        self._ticks = 0
        self._former_marks = RowMarks()
        self._menu = ActMenu(self)

    def compose(self) -> ComposeResult:
        """Lay out the list, the look at one of them, and the filter bar."""
        yield VirtualTable(
            execution_columns(self.place),
            key_of=lambda row: row.id,
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXT,
        )
        yield ExecutionPeek(self.place)
        yield FilterBar(suggester=FilterSuggester())

    @property
    def table(self) -> VirtualTable[ExecutionRow]:
        """The list."""
        return self.query_one(VirtualTable)

    # ── in the frame ───────────────────────────────────────────────────────────────────────────

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The filter is part of the path."""
        return ("Executions", self.filter_text) if self.filter_text else ("Executions",)

    @property
    def facts(self) -> str:
        """How many there are, and what is special about the list."""
        facts = [f"{self.table.pages.total_count:,}".replace(",", " ")]
        if self.is_problems_only:
            facts.append("problems only")
        if self._live.is_frozen:
            facts.append(f"frozen, {self._live.waiting_count} changes")
        if self.table.marked_count:
            facts.append(f"{self.table.marked_count} marked")
        return f" {self.place.glyphs.separator} ".join(facts)

    @property
    def focus_target(self) -> Widget:
        """The list."""
        return self.table

    def entered(self) -> None:
        """Show what is there and follow what changes."""
        if not self.was_entered:
            self._show()

    def reconnected(self) -> None:
        """List again: what changed without a link was not told."""
        self.table.reload()

    def ticked(self) -> None:
        """Let the durations of what runs grow, and what no longer matches the filter go."""
        self._ticks += 1
        is_due = self._ticks % RELOAD_TICKS == 0 and self.place.link.view.is_up
        if is_due and self.whole_filter and not self._live.is_frozen:
            self.table.reload()
        else:
            self.table.repaint()

    # ── what is listed ─────────────────────────────────────────────────────────────────────────

    @property
    def whole_filter(self) -> str:
        """The filter that the coordinator gets."""
        typed = list_filter(self.filter_text, self.place.options.namespace)
        return " ".join(filter(None, (typed, PROBLEM_TERM if self.is_problems_only else "")))

    def set_filter(self, text: str) -> None:
        """List what matches this filter from now on."""
        self.last_filter_text = self.filter_text or self.last_filter_text
        self.filter_text = text
        self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        source = ExecutionSource(
            client=self.place.client, filter_text=self.whole_filter, sort=self.sort
        )
        self.table.empty_text = NO_MATCH_TEXT if self.whole_filter else EMPTY_TEXT
        self.table.sort_shown(self.sort.lstrip("-"), descending=self.sort.startswith("-"))
        self.table.show(source, keep_place=keep_place)
        self._live.follow(source.filter_text)
        self.tell_frame()

    def _update(self, rows: list[ExecutionRow]) -> None:
        unknown_count = self.table.update_rows(rows)
        if unknown_count or self.whole_filter or self.sort != NEWEST_FIRST:
            # Something may have come, gone or changed its place.
            self.table.reload_soon()

    # ── messages ───────────────────────────────────────────────────────────────────────────────

    def on_table_view_cursor_moved(self) -> None:
        """Look at the execution under the cursor."""
        self.query_one(ExecutionPeek).look_at(self.table.cursor_row)

    def on_table_view_counted(self) -> None:
        """Tell the frame how many there are."""
        self.tell_frame()

    def on_table_view_opened(self) -> None:
        """Show the execution."""
        self._open("gantt")

    def on_table_view_sort_asked(self, message: VirtualTable.SortAsked) -> None:
        """Sort by the heading that was clicked, where the coordinator can."""
        if message.column_id in ("created", "duration", "flow", "state"):
            self.action_sort(message.column_id)

    def on_table_view_fetch_failed(self, message: VirtualTable.FetchFailed) -> None:
        """Tell why rows did not come."""
        if isinstance(message.error, LannerError):
            self.tell_failure(message.error)
        else:
            raise message.error

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        """Say how many would match."""
        self.start("count", self._count, message.bar, message.text, exclusive=True)

    async def _count(self, bar: FilterBar, text: str) -> None:
        filter_text = list_filter(text, self.place.options.namespace)
        try:
            page = await self.place.client.list_executions(filter_text=filter_text, limit=1)
        except LannerError as error:
            bar.remark(error.message, is_wrong=True)
        else:
            bar.remark(f"{page.total_count} match")

    def on_filter_bar_applied(self, message: FilterBar.Applied) -> None:
        """List what matches."""
        self.table.focus()
        self.set_filter(message.text)

    def on_filter_bar_closed(self) -> None:
        """Give the keyboard back to the list."""
        self.table.focus()

    # ── actions ────────────────────────────────────────────────────────────────────────────────

    def action_filter(self) -> None:
        """Type a filter; the last one is there to be changed."""
        self.query_one(FilterBar).open("/", self.filter_text or self.last_filter_text)

    def action_problems(self) -> None:
        """List only what needs a person, or everything again."""
        self.is_problems_only = not self.is_problems_only
        self._show()

    def action_freeze(self) -> None:
        """Stop the list from moving, or let it catch up."""
        self._live.freeze(is_frozen=not self._live.is_frozen)
        self.tell_frame()

    def action_sort(self, field: str) -> None:
        """Sort by a field; by the same one again the other way round."""
        is_newest_first = field in ("created", "duration")
        usual = f"-{field}" if is_newest_first else field
        other = field if is_newest_first else f"-{field}"
        self.sort = other if self.sort == usual else usual
        self._show()

    def action_back(self) -> None:
        """Take off the marks, then the filter, then go back."""
        if self.table.marked_count:
            self._take_marks_off()
            self.app.notify("Marks are off · u brings them back")
        elif self.filter_text or self.is_problems_only:
            self.is_problems_only = False
            self.set_filter("")
        else:
            super().action_back()

    def on_batch_started(self) -> None:
        """Take off the marks: what they were for has begun."""
        self._take_marks_off()

    def _take_marks_off(self) -> None:
        self._former_marks = self.table.marks
        self.table.clear_marks()

    def action_undo(self) -> None:
        """Take back the last act, or bring back the marks that were taken off last."""
        if not self._menu.take_back():
            self.table.restore_marks(self._former_marks)

    def action_acts(self) -> None:
        """Show all that can be done to the execution under the cursor."""
        if (row := self.table.cursor_row) and not self.refuses("acts"):
            self._menu.ask(row)

    def on_act_accepted(self) -> None:
        """List again: what was changed is not told where it has ended."""
        self.table.reload_soon()

    def action_retry(self) -> None:
        """Retry what is marked, or the execution under the cursor."""
        if self.refuses("retry"):
            return
        if self.table.marked_count:
            ask_batch(self, BatchAct.RETRY, self._selection(), self.table.marked_count)
        elif row := self.table.cursor_row:
            ask_retry(self, row)

    def action_kill(self) -> None:
        """Kill what is marked, or the execution under the cursor."""
        if self.refuses("kill"):
            return
        if self.table.marked_count:
            ask_batch(self, BatchAct.KILL, self._selection(), self.table.marked_count)
        elif row := self.table.cursor_row:
            ask_kill(self, row)

    def action_suspend(self) -> None:
        """Pause what is marked, or the execution under the cursor; resume if that is paused."""
        row = self.table.cursor_row
        if row is None or self.refuses("suspend"):
            return
        if self.table.marked_count:
            act = BatchAct.RESUME if row.state is State.PAUSED else BatchAct.PAUSE
            ask_batch(self, act, self._selection(), self.table.marked_count)
        else:
            ask_suspend(self, row)

    def _selection(self) -> BatchSelection:
        marks = self.table.marks
        ids = tuple(sorted(str(key) for key in marks.keys))
        if not marks.is_all:
            return BatchSelection(execution_ids=ids)
        but = f"-id:{','.join(ids)}" if ids else ""
        text = " ".join(filter(None, (self.whole_filter, but)))
        return BatchSelection(filter_text=text or EVERYTHING)

    def action_run(self) -> None:
        """Run the flow again, with the inputs of this execution to start from."""
        if (row := self.table.cursor_row) and not self.refuses("run"):
            self.post_message(AskRun(row.namespace, row.flow_id, row.id))

    def action_logs(self) -> None:
        """Show the logs of the execution."""
        self._open("logs")

    def action_flow(self) -> None:
        """Show the flow of the execution."""
        if row := self.table.cursor_row:
            self.post_message(OpenFlow(row.namespace, row.flow_id))

    def action_copy(self) -> None:
        """Copy the id."""
        if row := self.table.cursor_row:
            self.copy(row.id, f"The id {row.id}")

    def action_copy_command(self) -> None:
        """Copy the command that shows the execution."""
        if row := self.table.cursor_row:
            self.copy(command_line("execution", "get", row.id), "The command")

    def action_save(self) -> None:
        """Save all that match as CSV."""
        self.start("save", self._save)

    async def _save(self) -> None:
        options = self.place.options
        path = free_path(options.save_folder, "executions", ".csv", self.place.clock())
        chunks = executions_csv(self.place.client, self.whole_filter, self.sort)
        if await self.save(path, save_chunks(path, chunks)):
            self.copy(str(path), f"Saved to {path}; its path")

    def _open(self, tab: str) -> None:
        if row := self.table.cursor_row:
            self.post_message(OpenExecution(row.id, tab))
