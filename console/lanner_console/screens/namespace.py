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
from lanner_console.models import KeyValueRow, Page, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow, NamespaceSettings
from lanner_console.screens.cells import text_cell
from lanner_console.screens.namespace_acts import NamespaceActs
from lanner_console.screens.namespace_rows import NamedRows, Row, key_of, name_of
from lanner_console.screens.namespace_tables import (
    Fetch,
    RowsOf,
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
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

EMPTY_TEXTS: Mapping[str, str] = {
    "values": "No values · n sets one",
    "secrets": "No secrets · n sets one",
    "files": "No files · n stores one",
    "templates": "No templates · n stores one",
}
"""What the table of a tab says when nothing is in it."""

TABLES = tuple(EMPTY_TEXTS)
TABS = ("variables", "defaults", *TABLES)
NO_MATCH_TEXT = "No name holds that · esc shows all"
RELOAD_TICKS = 3


class NamespaceView(NamespaceActs):
    """The namespace that was opened last."""

    BINDINGS: ClassVar[list[BindingType]] = [*NAMESPACE]
    ACTS: ClassVar[frozenset[str]] = frozenset({"new", "edit", "remove"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self._texts: dict[str, str] = {}
        self._ticks = 0

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
    def tab(self) -> str:
        """The tab that is shown."""
        return self.query_one(TabLine).active

    @property
    def row(self) -> Row | None:
        """What is under the cursor in a table."""
        if self.tab not in TABLES:
            return None
        row: Row | None = self._table_of(self.tab).cursor_row
        return row

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The name, and the text that is looked for."""
        text = self._texts.get(self.tab, "") if self.is_mounted else ""
        return ("Namespaces", self.namespace, *([text] if text else []))

    @property
    def facts(self) -> str:
        """How many rows the table has."""
        if self.tab not in TABLES:
            return ""
        return f"{self._table_of(self.tab).pages.total_count:,}".replace(",", " ")

    @property
    def focus_target(self) -> Widget:
        """What the active tab shows."""
        return self.query_one(f"#{self.tab}")

    def _table_of(self, tab: str) -> VirtualTable[Any]:
        return self.query_one(f"#{tab}", VirtualTable)

    def open(self, namespace: str) -> None:
        """Show a namespace."""
        self.namespace = namespace
        self.seen = None
        self._texts.clear()
        for tab in TABLES:
            self._list(tab)
        self.start("namespace", self._fetch, exclusive=True)
        self.tell_frame()

    def _list(self, tab: str, *, keep_place: bool = False) -> None:
        """Fill a table, with what the text that is looked for leaves."""
        text, fetch = self._texts.get(tab, ""), self._fetches()[tab]
        table = self._table_of(tab)
        table.empty_text = NO_MATCH_TEXT if text else EMPTY_TEXTS[tab]
        source = NamedRows(fetch, text) if text else RowsOf(fetch=fetch)
        table.show(source, keep_place=keep_place)

    def _fetches(self) -> Mapping[str, Fetch[Any]]:
        client, namespace = self.place.client, self.namespace

        async def values(limit: int, offset: int) -> Page[KeyValueRow]:
            return await client.list_key_values(namespace, limit=limit, offset=offset)

        async def secrets(limit: int, offset: int) -> Page[SecretRow]:
            return await client.list_secrets(namespace, inherited=True, limit=limit, offset=offset)

        async def files(limit: int, offset: int) -> Page[NamespaceFileRow]:
            return await client.list_namespace_files(
                namespace, recursive=True, limit=limit, offset=offset
            )

        async def templates(limit: int, offset: int) -> Page[TemplateRow]:
            return await client.list_templates(namespace, limit=limit, offset=offset)

        return {"values": values, "secrets": secrets, "files": files, "templates": templates}

    def entered(self) -> None:
        """Look again: others change it too."""
        if self.was_entered:
            self.changed()

    def ticked(self) -> None:
        """Ask again for what is on the screen."""
        self._ticks += 1
        if self._ticks % RELOAD_TICKS == 0 and self.place.link.view.is_up and self.tab in TABLES:
            self._table_of(self.tab).reload()

    def reconnected(self) -> None:
        """Look at it again."""
        self.changed()

    def changed(self) -> None:
        """Fetch anew what is shown, with the cursor where it is."""
        self.start("namespace", self._fetch, exclusive=True)
        for tab in TABLES:
            if self._texts.get(tab):
                self._list(tab, keep_place=True)
            else:
                self._table_of(tab).reload()

    def on_table_view_counted(self) -> None:
        """Tell the frame how many rows there are."""
        self.tell_frame()

    def on_table_view_fetch_failed(self, message: VirtualTable.FetchFailed) -> None:
        """Tell why rows did not come."""
        if not isinstance(message.error, LannerError):
            raise message.error
        self.tell_failure(message.error)

    async def _fetch(self) -> None:
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

    # ── looking for names ──────────────────────────────────────────────────────────────────────

    def _look_for(self, text: str) -> None:
        self._texts[self.tab] = text
        self._list(self.tab)
        self.tell_frame()

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        """List while the text is typed."""
        self._look_for(message.text)

    def on_filter_bar_applied(self, message: FilterBar.Applied) -> None:
        """Go to the table."""
        self._look_for(message.text)
        self.focus_target.focus()

    def on_filter_bar_closed(self) -> None:
        """Show all again."""
        self._look_for("")
        self.focus_target.focus()

    def action_filter(self) -> None:
        """Type a part of a name."""
        if not self.refuses("filter"):
            self.query_one(FilterBar).open("/", self._texts.get(self.tab, ""))

    def action_back(self) -> None:
        """Show all, then go back."""
        if self._texts.get(self.tab):
            self._look_for("")
        else:
            super().action_back()

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
