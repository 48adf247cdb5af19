"""One namespace: what holds in it, its values, secrets, files and templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from lanner_console.keymap import NAMESPACE
from lanner_console.messages import ShowExecutions
from lanner_console.models import KeyValueRow, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow, NamespaceSettings
from lanner_console.screens.cells import text_cell
from lanner_console.screens.namespace_lists import EMPTY_TEXTS, TABLES, TABS, NamespaceLists
from lanner_console.screens.namespace_rows import key_of, name_of
from lanner_console.screens.namespace_tables import (
    file_columns,
    secret_columns,
    template_columns,
    value_columns,
)
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.filter_bar import FilterBar
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.tab_line import TabLine
from lanner_console.widgets.values_view import ValueLine, ValuesView, value_text
from lanner_console.widgets.virtual_table import VirtualTable


class NamespaceView(NamespaceLists):
    """The namespace that was opened last."""

    BINDINGS: ClassVar[list[BindingType]] = [*NAMESPACE]
    ACTS: ClassVar[frozenset[str]] = frozenset({"new", "edit", "remove"})

    def compose(self) -> ComposeResult:
        """Lay out the facts and the tabs."""
        yield OneLine(id="namespace-facts")
        yield TabLine(TABS)
        with ContentSwitcher(initial="variables"):
            yield ValuesView("No variables hold here · n sets one", id="variables")
            yield ValuesView("No plugin defaults hold here", id="defaults")
            yield self._table("values", value_columns(self.place))
            yield self._table("secrets", secret_columns(self.place))
            yield self._table("files", file_columns(self.place))
            yield self._table("templates", template_columns(self.place))
        yield FilterBar()

    def _table(self, tab: str, columns: Sequence[Column[Any]]) -> Widget:
        return VirtualTable(
            columns,
            key_of=key_of,
            glyphs=self.place.glyphs,
            empty_text=EMPTY_TEXTS[tab],
            has_marks=False,
            id=tab,
        )

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The name, and the text that is looked for."""
        text = self.texts.get(self.tab, "") if self.is_mounted else ""
        return ("Namespaces", self.namespace, *([text] if text else []))

    def open(self, namespace: str) -> None:
        """Show a namespace."""
        self.namespace = namespace
        self.seen = None
        self.texts.clear()
        for tab in TABLES:
            self.list_rows(tab)
        self.start("namespace", self.fetch_facts, exclusive=True)
        self.tell_frame()

    async def fetch_facts(self) -> None:
        """Look at what holds in the namespace."""
        if row := await self.ask(self.place.client.get_namespace(self.namespace)):
            self._show(row)

    def _show(self, row: NamespaceRow) -> None:
        self.seen = row
        holds = row.effective
        self.query_one("#variables", ValuesView).show_values("", holds.variables)
        self.query_one("#defaults", ValuesView).show_values("", _defaults(holds))
        dot = Span(f" {self.place.glyphs.separator} ", Tone.DIM)
        spans = [Span(" ")]
        for number, fact in enumerate(_facts(row)):
            spans += [dot] if number else []
            spans.append(text_cell(fact, Tone.DIM))
        self.query_one("#namespace-facts", OneLine).say(spans)

    # ── tabs ───────────────────────────────────────────────────────────────────────────────────

    def on_tab_line_picked(self, message: TabLine.Picked) -> None:
        """Show the tab that was clicked."""
        self._show_tab(message.tab)

    def action_next_tab(self) -> None:
        """Show the tab to the right."""
        self._show_tab(self.query_one(TabLine).beside(1))

    def action_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._show_tab(self.query_one(TabLine).beside(-1))

    def _show_tab(self, tab: str) -> None:
        self.query_one(TabLine).activate(tab)
        self.query_one(ContentSwitcher).current = tab
        self.focus_target.focus()
        self.tell_frame()

    # ── acts ───────────────────────────────────────────────────────────────────────────────────

    def refusal(self, action: str) -> str:
        """Why an action would do nothing now."""
        if action in self.ACTS and self.tab == "defaults":
            return "plugin defaults are set with lanner namespace apply"
        if action == "filter" and self.tab not in TABLES:
            return "variables and defaults are shown as they are"
        if action == "filter" and not self.place.link.view.is_up:
            return "names are looked up by the coordinator, which cannot be reached now"
        return super().refusal(action)

    def on_table_view_opened(self) -> None:
        """Show a template, change anything else."""
        if isinstance(self.row, TemplateRow):
            self.show_source(self.row)
        else:
            self.action_edit()

    def action_new(self) -> None:
        """Ask for something new."""
        if self.refuses("new"):
            return
        if self.tab == "variables":
            self.ask_variable("", "")
        else:
            self.adds[self.tab](None)

    def action_edit(self) -> None:
        """Ask for another value of what is under the cursor."""
        if self.refuses("edit"):
            return
        if self.tab == "variables":
            if line := self._variable():
                self.ask_variable(line.path, line.value)
        elif (row := self.row) is not None:
            self.adds[self.tab](row)

    def action_remove(self) -> None:
        """Delete what is under the cursor, once its name was typed."""
        if self.refuses("remove"):
            return
        if self.tab == "variables":
            if line := self._variable():
                self.ask_unset(line.path)
        elif (row := self.row) is not None:
            self.ask_removal(row, self.tab.removesuffix("s"))

    def _variable(self) -> ValueLine | None:
        """The variable under the cursor; for a part of a list, the list."""
        line = self.query_one("#variables", ValuesView).cursor_row
        if line is None or self.seen is None:
            return None
        value: object = self.seen.effective.variables
        path: list[str] = []
        for name in line.path.split("."):
            if not isinstance(value, Mapping) or name not in value:
                break
            value = value[name]
            path.append(name)
        return line._replace(path=".".join(path), value=value)

    # ── the rest ───────────────────────────────────────────────────────────────────────────────

    def action_executions(self) -> None:
        """Show the executions of the namespace and of those below it."""
        self.post_message(ShowExecutions(f"ns:{self.namespace},{self.namespace}.*"))

    def action_copy(self) -> None:
        """Copy what is under the cursor: a value, or the name of anything else."""
        match self.row:
            case KeyValueRow() as row:
                self.copy(value_text(row.value), f"The value of {row.key}")
            case SecretRow() | NamespaceFileRow() | TemplateRow() as row:
                self.copy(name_of(row), "The name")

    def on_values_view_copy_asked(self, message: ValuesView.CopyAsked) -> None:
        """Copy a variable."""
        self.copy(value_text(message.line.value), message.line.path)

    def on_values_view_save_asked(self, message: ValuesView.SaveAsked) -> None:
        """Save a variable."""
        self.start("save", self.save_text, "value.json", value_text(message.line.value))

    def action_save(self) -> None:
        """Bring the file or the source under the cursor to this machine."""
        match self.row:
            case NamespaceFileRow() as row:
                self.start("save", self.save_file, row)
            case TemplateRow() as row:
                self.start("save", self.save_template, row)


def _facts(row: NamespaceRow) -> Iterator[str]:
    yield "1 flow" if row.flow_count == 1 else f"{row.flow_count} flows"
    allowed = row.effective.allowed_groups
    if allowed is None:
        yield "agents of all groups"
    else:
        yield f"agents of {', '.join(allowed) or 'no group'}"
    if row.own and row.own.description:
        yield row.own.description.partition("\n")[0]


def _defaults(settings: NamespaceSettings) -> dict[str, object]:
    """Plugin defaults by type; the nearest namespace last."""
    found: dict[str, object] = {}
    for one in settings.plugin_defaults:
        name = f"{one.type} ({one.namespace}{', forced' if one.forced else ''})"
        found[name] = dict(one.values)
    return found
