"""One execution, live: its tasks at the left, what the chosen one did and made at the right."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from lanner_console.dialogs.evaluate import EvaluateDialog
from lanner_console.keymap import EXECUTION
from lanner_console.messages import AskRun, OpenFlow
from lanner_console.models import ExecutionDetail, ExecutionUpdate, TaskRunRow, applied
from lanner_console.screens.act_menu import ActMenu
from lanner_console.screens.cells import duration_cell, state_cell
from lanner_console.screens.execution_acts import ask_kill, ask_retry
from lanner_console.screens.gantt import Gantt
from lanner_console.screens.log_feed import LogFeed
from lanner_console.screens.saving import free_path, save_chunks, save_text
from lanner_console.screens.streams import keep_open
from lanner_console.screens.suspending import ask_suspend
from lanner_console.screens.task_tree import TaskTree
from lanner_console.screens.view import View
from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.log_lines import LineLook
from lanner_console.widgets.log_panel import LogPanel
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.tab_line import TabLine
from lanner_console.widgets.values_view import ValuesView, value_text
from lanner_console.workplace import Workplace

TABS = ("gantt", "logs", "outputs", "inputs")
ARTIFACT_SCHEMES = ("lanner://", "kestra://")


class ExecutionView(View):
    """The execution that was opened last."""

    BINDINGS: ClassVar[list[BindingType]] = [*EXECUTION]
    ACTS: ClassVar[frozenset[str]] = frozenset({"retry", "kill", "run", "suspend", "acts"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.execution_id = ""
        self.detail: ExecutionDetail | None = None
        self._panel = LogPanel(place.glyphs, LineLook(timezone=place.timezone), id="logs")
        self._menu = ActMenu(self)
        self._logs = LogFeed(self, self._panel, lambda: self.execution_id)

    def compose(self) -> ComposeResult:
        """Lay out the tree and the tabs."""
        place = self.place
        with Horizontal():
            with Vertical(id="tasks"):
                yield OneLine(id="state")
                yield TaskTree(place.glyphs, place.clock)
            with Vertical(id="tabs"):
                yield TabLine(TABS)
                with ContentSwitcher(initial="gantt"):
                    yield Gantt(place.glyphs, place.clock, place.timezone, id="gantt")
                    yield self._panel
                    yield ValuesView("No outputs yet", id="outputs")
                    yield ValuesView("No inputs", id="inputs")

    @property
    def tree_view(self) -> TaskTree:
        """The tasks."""
        return self.query_one(TaskTree)

    # ── in the frame ───────────────────────────────────────────────────────────────────────────

    @property
    def _chosen_run(self) -> TaskRunRow | None:
        """The task run under the cursor; absent: the cursor is on the execution itself."""
        row = self.tree_view.cursor_row
        return self.detail.task_runs.get(row.task_run_id) if self.detail and row else None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The flow and the id."""
        if self.detail is None:
            return ("Executions", self.execution_id)
        row = self.detail.row
        return ("Executions", f"{row.namespace}/{row.flow_id}", row.id)

    @property
    def facts(self) -> str:
        """Revision, attempt and trigger."""
        if self.detail is None:
            return ""
        row = self.detail.row
        facts = [f"rev {row.flow_revision}", f"try {row.attempt_number}"]
        facts += [f"by {row.trigger}"] if row.trigger else []
        return f" {self.place.glyphs.separator} ".join(facts)

    @property
    def focus_target(self) -> Widget:
        """The log where it is shown, otherwise the tasks."""
        if self.query_one(ContentSwitcher).current == "logs":
            return self._panel.log_view
        return self.tree_view

    def open(self, execution_id: str, tab: str) -> None:
        """Show an execution, on a tab."""
        if execution_id != self.execution_id:
            self.execution_id = execution_id
            self.detail = None
            self.tree_view.show(())
            self._logs.reset()
        self._show_tab(tab)
        self._resume()

    def entered(self) -> None:
        """Go on with what was shown."""
        if self.execution_id:
            self._resume()

    def left(self) -> None:
        """End the streams."""
        self.workers.cancel_group(self, "watch")
        self._logs.stop()

    def ticked(self) -> None:
        """Let what runs grow."""
        if self.detail is not None and not self.detail.row.state.is_terminal:
            self.tree_view.repaint()
            self.query_one(Gantt).repaint()
            self._show_state()

    # ── streams ────────────────────────────────────────────────────────────────────────────────

    def _resume(self) -> None:
        self.start("watch", self._follow_execution, exclusive=True)
        if self.query_one(ContentSwitcher).current == "logs":
            self._logs.start()

    def on_act_accepted(self) -> None:
        """Follow again what had ended."""
        self._resume()

    async def _follow_execution(self) -> None:
        client, execution_id = self.place.client, self.execution_id
        await keep_open(lambda: client.watch_execution(execution_id), self._take, self.tell_failure)

    def _take(self, update: ExecutionUpdate) -> None:
        if update.row.id.startswith(self.execution_id) or self.detail is None:
            before = self.detail
            self.detail = (
                update.snapshot if before is None else applied(before, update)
            ) or ExecutionDetail(row=update.row)
            self.execution_id = self.detail.row.id
            self._show()

    # ── what is shown ──────────────────────────────────────────────────────────────────────────

    def _show(self) -> None:
        if self.detail is None:
            return
        self.tree_view.show_execution(self.detail)
        self._show_state()
        self._show_gantt()
        self._show_values()
        self.tell_frame()

    def _show_state(self) -> None:
        if self.detail is None:
            return
        row = self.detail.row
        took = duration_cell(row.duration(self.place.clock()), self.place.glyphs)
        state = state_cell(row.state, self.place.glyphs)
        self.query_one("#state", OneLine).say(
            [Span(" "), state], [Span(f"{took.text} ", Tone.STRONG)]
        )

    def _show_gantt(self) -> None:
        tree = self.tree_view
        self.query_one(Gantt).show(tree.rows, first=tree.top, cursor=tree.cursor_index)

    def _show_values(self) -> None:
        """Show outputs and inputs of the task under the cursor, or of the execution."""
        if self.detail is None:
            return
        detail, run = self.detail, self._chosen_run
        outputs = self.query_one("#outputs", ValuesView)
        if run is None:
            made = {**detail.outputs}
            made |= {run.task_id: run.outputs for run in detail.task_runs.values() if run.outputs}
            outputs.show_values("OUTPUTS", made)
        else:
            outputs.show_values(f"OUTPUTS OF {run.task_id}", run.outputs)
        given = {"inputs": detail.inputs, "labels": detail.row.labels}
        given["trigger"] = detail.trigger_variables
        shown = {name: dict(values) for name, values in given.items() if values}
        self.query_one("#inputs", ValuesView).show_values("INPUTS, LABELS, TRIGGER", shown)

    def _show_tab(self, tab: str) -> None:
        self.query_one(TabLine).activate(tab)
        self.query_one(ContentSwitcher).current = tab
        if tab == "logs":
            self._logs.start()
        if self.was_entered:
            self.focus_target.focus()

    # ── messages ───────────────────────────────────────────────────────────────────────────────

    def on_row_list_cursor_moved(self, message: TaskTree.CursorMoved) -> None:
        """Have every tab show the chosen row."""
        if message.rows is not self.tree_view:
            return
        row = self.tree_view.cursor_row
        self._show_gantt()
        self._show_values()
        self._panel.show_source(row.task_run_id or None if row else None)

    def on_row_list_opened(self, message: TaskTree.Opened) -> None:
        """Show the logs of the chosen row."""
        if message.rows is self.tree_view:
            self._show_tab("logs")

    def on_gantt_picked(self, message: Gantt.Picked) -> None:
        """Choose the row that was clicked."""
        self.tree_view.move_to(message.index)
        if message.chain == 2:
            self._show_tab("logs")

    def on_tab_line_picked(self, message: TabLine.Picked) -> None:
        """Show the tab that was clicked."""
        self._show_tab(message.tab)

    def on_values_view_copy_asked(self, message: ValuesView.CopyAsked) -> None:
        """Copy a value."""
        self.copy(value_text(message.line.value), message.line.path)

    def on_values_view_save_asked(self, message: ValuesView.SaveAsked) -> None:
        """Download the file that a value names, or save the value."""
        self.start("save", self._save_value, message.line.value)

    def on_log_panel_copy_asked(self, message: LogPanel.CopyAsked) -> None:
        """Copy a line."""
        self.copy(message.text, "The line")

    def on_log_panel_save_asked(self, message: LogPanel.SaveAsked) -> None:
        """Save the log."""
        self.start("save", self._save_log, message.panel)

    async def _save_log(self, panel: LogPanel) -> None:
        name = f"log-{self.execution_id}"
        path = free_path(self.place.options.save_folder, name, ".log", self.place.clock())
        if await self.save(path, save_chunks(path, panel.chunks())):
            self.copy(str(path), f"Saved to {path}; its path")

    async def _save_value(self, value: object) -> None:
        folder, now = self.place.options.save_folder, self.place.clock()
        is_file = isinstance(value, str) and value.startswith(ARTIFACT_SCHEMES)
        name = PurePosixPath(str(value)) if is_file else PurePosixPath("value.json")
        path = free_path(folder, name.stem, name.suffix, now)
        if is_file:
            writing = self.save(path, save_chunks(path, self.place.client.download(str(value))))
        else:
            writing = self.save(path, save_text(path, value_text(value)))
        if await writing:
            self.copy(str(path), f"Saved to {path}; its path")

    # ── actions ────────────────────────────────────────────────────────────────────────────────

    def action_tab(self, tab: str) -> None:
        """Show a tab."""
        self._show_tab(tab)

    def action_next_tab(self) -> None:
        """Show the tab to the right."""
        self._show_tab(self.query_one(TabLine).beside(1))

    def action_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._show_tab(self.query_one(TabLine).beside(-1))

    def action_retry(self) -> None:
        """Retry the execution."""
        if self.detail is not None and not self.refuses("retry"):
            ask_retry(self, self.detail.row)

    def action_kill(self) -> None:
        """Kill the execution."""
        if self.detail is not None and not self.refuses("kill"):
            ask_kill(self, self.detail.row)

    def action_suspend(self) -> None:
        """Pause the execution, or resume it when it is paused."""
        if self.detail is not None and not self.refuses("suspend"):
            ask_suspend(self, self.detail.row)

    def action_acts(self) -> None:
        """Show all that can be done to the task under the cursor, or to the execution."""
        if self.detail is None or self.refuses("acts"):
            return
        self._menu.ask(self.detail.row, self._chosen_run)

    def action_evaluate(self) -> None:
        """Evaluate expressions as the task under the cursor sees them, or the execution."""
        if self.detail is not None:
            self.app.push_screen(EvaluateDialog(self.place, self.detail.row.id, self._chosen_run))

    def action_undo(self) -> None:
        """Take back the last act."""
        if not self._menu.take_back():
            self.app.notify("There is nothing to undo")

    def action_run(self) -> None:
        """Run the flow again, with the inputs of this execution to start from."""
        if self.detail is not None and not self.refuses("run"):
            row = self.detail.row
            self.post_message(AskRun(row.namespace, row.flow_id, row.id))

    def action_flow(self) -> None:
        """Show the flow."""
        if self.detail is not None:
            row = self.detail.row
            self.post_message(OpenFlow(row.namespace, row.flow_id))

    def action_copy(self) -> None:
        """Copy the id."""
        self.copy(self.execution_id, f"The id {self.execution_id}")

    def action_copy_error(self) -> None:
        """Copy why the chosen task failed, or the execution."""
        if self.detail is None:
            return
        run = self._chosen_run
        if error := run.error if run else self.detail.row.error:
            self.copy(error, "The error")
        else:
            self.app.notify("There is no error to copy")
