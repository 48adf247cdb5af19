"""The one screen of the console: a frame of three lines around the view that is shown."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from lanner_console.dialogs.batch_progress import BatchProgressDialog
from lanner_console.dialogs.batches import BatchesDialog
from lanner_console.dialogs.command_bar import Chosen, CommandBar
from lanner_console.dialogs.help import HelpDialog
from lanner_console.dialogs.op_log import OperationLogDialog
from lanner_console.dialogs.run_flow import RunAnswer, RunDialog
from lanner_console.keymap import GLOBAL
from lanner_console.link_monitor import LinkView
from lanner_console.messages import (
    AskRun,
    BatchStarted,
    FrameChanged,
    OpenExecution,
    OpenFlow,
    OpenNamespace,
    ShowExecutions,
)
from lanner_console.models import BatchAct, BatchSelection, BatchView
from lanner_console.screens.agents import AgentsView
from lanner_console.screens.asking import Asking
from lanner_console.screens.batch_watch import await_batch
from lanner_console.screens.commands import commands_of
from lanner_console.screens.execution import ExecutionView
from lanner_console.screens.execution_acts import ask_batch
from lanner_console.screens.executions import ExecutionsView
from lanner_console.screens.flow import FlowView
from lanner_console.screens.flows import FlowsView
from lanner_console.screens.heartbeat import Heartbeat
from lanner_console.screens.namespace import NamespaceView
from lanner_console.screens.namespaces import NamespacesView
from lanner_console.screens.triggers import TriggersView
from lanner_console.screens.view import View
from lanner_console.screens.view_stack import ViewStack
from lanner_console.tones import Tone
from lanner_console.widgets.context_line import ContextLine
from lanner_console.widgets.key_line import KeyLine, ShownKey
from lanner_console.widgets.key_names import key_name
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace

MIN_COLUMNS, MIN_LINES = 80, 20
TALL_LINES = 24
MAX_HISTORY = 50
FIELD_KEYS = "filter."
ALWAYS_OFFERED = ("command", "help")
VIEWS: dict[str, type[View]] = {
    "executions": ExecutionsView,
    "execution": ExecutionView,
    "flows": FlowsView,
    "flow": FlowView,
    "triggers": TriggersView,
    "agents": AgentsView,
    "namespaces": NamespacesView,
    "namespace": NamespaceView,
}


class MainScreen(Screen[None], Asking):
    """Context, crumbs, view, keys; dialogs lie over it."""

    BINDINGS: ClassVar[list[BindingType]] = [*GLOBAL]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-narrow"),
        (100, "-normal"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (TALL_LINES, "-tall")]  # noqa: RUF012 - the same
    AUTO_FOCUS = ""

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self.place = place
        self.command_history: list[str] = []
        self._heartbeat = Heartbeat(place)

    def compose(self) -> ComposeResult:
        """Lay out the frame; views are made when they are first shown."""
        yield ContextLine(self.place, id="context")
        yield OneLine(id="crumbs")
        yield ViewStack(self.place, VIEWS, id="views")
        yield KeyLine(id="keys")
        yield Static(id="too-small")

    async def on_mount(self) -> None:
        """Show the executions and begin to listen."""
        self.place.link.listen(self._link_changed)
        self.bindings_updated_signal.subscribe(self, self._offer_keys)
        await self.stack.show("executions")
        self.start("heartbeat", self._heartbeat.run)
        self.set_interval(self.place.options.clock_seconds, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small."""
        width, height = event.size
        self.set_class(width < MIN_COLUMNS or height < MIN_LINES, "-too-small")
        self.query_one("#too-small", Static).update(
            f"The console needs {MIN_COLUMNS} columns and {MIN_LINES} lines.\n"
            f"This terminal has {width} and {height}."
        )

    # ── views ──────────────────────────────────────────────────────────────────────────────────

    @property
    def stack(self) -> ViewStack:
        """The views."""
        return self.query_one(ViewStack)

    async def on_open_execution(self, message: OpenExecution) -> None:
        """Show an execution."""
        view = await self.stack.show("execution")
        if isinstance(view, ExecutionView):
            view.open(message.execution_id, message.tab)

    async def on_open_flow(self, message: OpenFlow) -> None:
        """Show a flow."""
        view = await self.stack.show("flow")
        if isinstance(view, FlowView):
            view.open(message.flow_namespace, message.flow_id)

    async def on_open_namespace(self, message: OpenNamespace) -> None:
        """Show a namespace."""
        view = await self.stack.show("namespace")
        if isinstance(view, NamespaceView):
            view.open(message.name)

    async def on_show_executions(self, message: ShowExecutions) -> None:
        """Show the executions that match a filter."""
        view = await self.stack.show("executions")
        if isinstance(view, ExecutionsView):
            view.set_filter(message.filter_text)

    async def on_go_back(self) -> None:
        """Show what was shown before."""
        await self.stack.back()

    async def action_show_view(self, name: str) -> None:
        """Show a view."""
        await self.stack.show(name)

    async def action_last_view(self) -> None:
        """Show the view that was shown before this one."""
        await self.stack.swap()

    async def action_back_or_quit(self) -> None:
        """Go back; on the first view quit."""
        if self.stack.depth:
            await self.stack.back()
        else:
            self.app.exit(0)

    # ── frame ──────────────────────────────────────────────────────────────────────────────────

    def on_frame_changed(self, message: FrameChanged) -> None:
        """Read crumbs and facts of the view again."""
        self._tell_crumbs()

    def _tell_crumbs(self) -> None:
        view = self.stack.view
        if view is None:
            return
        spans = [Span(" ")]
        for crumb in view.crumbs:
            if len(spans) > 1:
                spans.append(Span(f" {self.place.glyphs.child} ", Tone.DIM))
            spans.append(Span(shown(crumb), Tone.STRONG))
        self.query_one("#crumbs", OneLine).say(spans, [Span(f"{shown(view.facts)} ", Tone.DIM)])

    def _tick(self) -> None:
        self.query_one(ContextLine).update_facts()
        if view := self.stack.view:
            view.ticked()

    def _offer_keys(self, _: object = None) -> None:
        offered: dict[str, ShownKey] = {}
        for key, active in self.active_bindings.items():
            binding, node = active.binding, active.node
            if not binding.show or binding.id is None:
                continue
            known = offered.get(binding.id)
            if known is not None and len(known.key_name) <= len(key_name(key, self.place.glyphs)):
                continue
            action = binding.action.partition("(")[0]
            offered[binding.id] = ShownKey(
                key=key,
                key_name=key_name(key, self.place.glyphs),
                does=binding.description,
                is_refused=isinstance(node, View) and bool(node.refusal(action)),
            )
        if isinstance(self.focused, Input):
            # A field takes every character: only what leaves it is worth a word.
            offered = {id: key for id, key in offered.items() if id.startswith(FIELD_KEYS)}
        always = [offered.pop(id) for id in ALWAYS_OFFERED if id in offered]
        self.query_one(KeyLine).offer(list(offered.values()), always)

    def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        """Press the key that was clicked."""
        self.app.simulate_key(message.key)

    # ── link ───────────────────────────────────────────────────────────────────────────────────

    def _link_changed(self, before: LinkView, after: LinkView) -> None:
        if not self.is_running:
            return  # the last answer came while the console was being left
        self.query_one(ContextLine).update_facts()
        if before.is_up != after.is_up:
            self._offer_keys()
        if after.is_up and not before.is_up:
            for view in self.query(View):
                view.reconnected()

    def action_refresh(self) -> None:
        """Look again, and try the link now."""
        self._heartbeat.hurry()
        if view := self.stack.view:
            view.reconnected()

    # ── dialogs ────────────────────────────────────────────────────────────────────────────────

    def action_help(self) -> None:
        """Show every key."""
        focused = {active.binding.id or "" for active in self.active_bindings.values()}
        self.app.push_screen(HelpDialog(self.place.glyphs, focused - {"command"}))

    def action_op_log(self) -> None:
        """Show what was done."""
        self.app.push_screen(OperationLogDialog(self.place))

    def action_command(self) -> None:
        """Ask for a view or an action by name."""

        def chosen(choice: Chosen | None) -> None:
            if choice is not None:
                self.command_history.append(f"{choice.command.name} {choice.argument}".strip())
                del self.command_history[:-MAX_HISTORY]
                choice.command.run(choice.argument)

        self.app.push_screen(CommandBar(commands_of(self), self.command_history), chosen)

    def on_ask_run(self, message: AskRun) -> None:
        """Fetch the flow and open the dialog that runs it."""
        self.start("run", self._ask_run, message, exclusive=True)

    async def _ask_run(self, message: AskRun) -> None:
        client = self.place.client
        flow = await self.ask(client.get_flow(message.flow_namespace, message.flow_id))
        if flow is None:
            return
        given = None
        if message.like_execution_id:
            like = await self.ask(client.get_execution(message.like_execution_id))
            given = like.inputs if like else None

        def answered(answer: RunAnswer | None) -> None:
            if answer is None:
                return
            if answer.is_followed:
                self.post_message(OpenExecution(answer.execution_id))
            else:
                self.app.notify(f"{flow.namespace}/{flow.flow_id} runs as {answer.execution_id}")

        self.app.push_screen(RunDialog(self.place, flow, given), answered)

    # ── batches ────────────────────────────────────────────────────────────────────────────────

    def on_batch_started(self, message: BatchStarted) -> None:
        """Show how the batch goes, and wait for its end even when that is closed."""
        self.start("batches", await_batch, self, message.batch)
        self._show_batch(message.batch)

    def action_batches(self) -> None:
        """List the batches."""

        def chosen(batch: BatchView | None) -> None:
            if batch is not None:
                self._show_batch(batch)

        self.app.push_screen(BatchesDialog(self.place), chosen)

    def _show_batch(self, batch: BatchView) -> None:
        def closed(failed_ids: tuple[str, ...] | None) -> None:
            if failed_ids:
                selection = BatchSelection(execution_ids=failed_ids)
                ask_batch(self, BatchAct.RETRY, selection, len(failed_ids))

        self.app.push_screen(BatchProgressDialog(self.place, batch), closed)
