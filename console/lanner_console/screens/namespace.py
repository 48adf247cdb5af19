"""One namespace: what holds in it, its values, secrets and files."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from lanner_console.dialogs.keeping import (
    FileDialog,
    KeptSecret,
    KeptValue,
    RemovalDialog,
    SecretDialog,
    SentFile,
    ValueDialog,
)
from lanner_console.keymap import NAMESPACE
from lanner_console.messages import ShowExecutions
from lanner_console.models import KeyValueRow, SecretRow
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow, NamespaceSettings
from lanner_console.op_log import command_line
from lanner_console.screens.cells import text_cell
from lanner_console.screens.namespace_tables import (
    RowsOf,
    file_columns,
    secret_columns,
    value_columns,
)
from lanner_console.screens.saving import free_path, save_chunks
from lanner_console.screens.view import View
from lanner_console.tones import Tone
from lanner_console.widgets.columns import Column
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.widgets.tab_line import TabLine
from lanner_console.widgets.values_view import ValuesView, value_text
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

TABS = ("variables", "defaults", "values", "secrets", "files")
TABLES = ("values", "secrets", "files")

Row = KeyValueRow | SecretRow | NamespaceFileRow


class NamespaceView(View):
    """The namespace that was opened last."""

    BINDINGS: ClassVar[list[BindingType]] = [*NAMESPACE]
    ACTS: ClassVar[frozenset[str]] = frozenset({"new", "edit", "remove"})

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.namespace = ""
        self._adds: dict[str, Callable[[Row | None], None]] = {
            "values": self._ask_value,
            "secrets": self._ask_secret,
            "files": self._ask_file,
        }

    def compose(self) -> ComposeResult:
        """Lay out the facts and the tabs."""
        yield OneLine(id="namespace-facts")
        yield TabLine(TABS)
        with ContentSwitcher(initial="variables"):
            yield ValuesView("No variables hold here", id="variables")
            yield ValuesView("No plugin defaults hold here", id="defaults")
            yield self._table("values", value_columns(self.place), "No values · n sets one")
            yield self._table("secrets", secret_columns(self.place), "No secrets · n sets one")
            yield self._table("files", file_columns(self.place), "No files · n stores one")

    def _table(self, tab: str, columns: Sequence[Column[Any]], empty_text: str) -> Widget:
        return VirtualTable(
            columns,
            key_of=key_of,
            glyphs=self.place.glyphs,
            empty_text=empty_text,
            has_marks=False,
            id=tab,
        )

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self.query_one(TabLine).active

    @property
    def row(self) -> Row | None:
        """The value, secret or file under the cursor."""
        if self.tab not in TABLES:
            return None
        row: Row | None = self.query_one(f"#{self.tab}", VirtualTable).cursor_row
        return row

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The name."""
        return ("Namespaces", self.namespace)

    @property
    def focus_target(self) -> Widget:
        """What the active tab shows."""
        return self.query_one(f"#{self.tab}")

    def open(self, namespace: str) -> None:
        """Show a namespace."""
        self.namespace = namespace
        client = self.place.client
        sources: dict[str, RowsOf[Any]] = {
            "values": RowsOf(
                fetch=lambda limit, offset: client.list_key_values(
                    namespace, limit=limit, offset=offset
                )
            ),
            "secrets": RowsOf(
                fetch=lambda limit, offset: client.list_secrets(
                    namespace, inherited=True, limit=limit, offset=offset
                )
            ),
            "files": RowsOf(
                fetch=lambda limit, offset: client.list_namespace_files(
                    namespace, recursive=True, limit=limit, offset=offset
                )
            ),
        }
        for tab, source in sources.items():
            self.query_one(f"#{tab}", VirtualTable).show(source)
        self.start("namespace", self._fetch, exclusive=True)
        self.tell_frame()

    def reconnected(self) -> None:
        """Look at it again."""
        self.start("namespace", self._fetch, exclusive=True)
        for tab in TABLES:
            self.query_one(f"#{tab}", VirtualTable).reload()

    def on_table_view_fetch_failed(self, message: VirtualTable.FetchFailed) -> None:
        """Tell why rows did not come."""
        if not isinstance(message.error, LannerError):
            raise message.error
        self.tell_failure(message.error)

    async def _fetch(self) -> None:
        if row := await self.ask(self.place.client.get_namespace(self.namespace)):
            self._show(row)

    def _show(self, row: NamespaceRow) -> None:
        holds = row.effective
        self.query_one("#variables", ValuesView).show_values("", holds.variables)
        self.query_one("#defaults", ValuesView).show_values("", _defaults(holds))
        allowed = holds.allowed_groups
        facts = ["1 flow" if row.flow_count == 1 else f"{row.flow_count} flows"]
        if allowed is None:
            facts.append("agents of all groups")
        else:
            facts.append(f"agents of {', '.join(allowed) or 'no group'}")
        if row.own and row.own.description:
            facts.append(row.own.description.partition("\n")[0])
        dot = Span(f" {self.place.glyphs.separator} ", Tone.DIM)
        spans = [Span(" ")]
        for number, fact in enumerate(facts):
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

    # ── acts ───────────────────────────────────────────────────────────────────────────────────

    def refusal(self, action: str) -> str:
        """Why an action would do nothing now."""
        if action in self.ACTS and self.tab not in TABLES:
            return "variables and plugin defaults are set with lanner namespace apply"
        return super().refusal(action)

    def on_table_view_opened(self) -> None:
        """Change what is under the cursor."""
        self.action_edit()

    def action_new(self) -> None:
        """Ask for a new value, secret or file."""
        if not self.refuses("new"):
            self._adds[self.tab](None)

    def action_edit(self) -> None:
        """Ask for another value of what is under the cursor."""
        if (row := self.row) is not None and not self.refuses("edit"):
            self._adds[self.tab](row)

    def _ask_value(self, row: Row | None) -> None:
        known = row if isinstance(row, KeyValueRow) else None

        def answered(kept: object) -> None:
            if isinstance(kept, KeptValue):
                self.start("act", self._set_value, kept)

        self.app.push_screen(ValueDialog(self.place, self.namespace, known), answered)

    async def _set_value(self, kept: KeptValue) -> None:
        call = self.place.client.set_key_value(
            self.namespace,
            kept.key,
            kept.value,
            type_=kept.type,
            ttl_seconds=kept.ttl_seconds,
            description=kept.description,
        )
        words = ["-n", self.namespace, "kv", "set", kept.key, kept.value, "--type", kept.type]
        await self._done(call, words, f"{kept.key} is set")

    def _ask_secret(self, row: Row | None) -> None:
        known = row if isinstance(row, SecretRow) else None
        key, about = (known.key, known.description) if known else ("", "")

        def answered(kept: object) -> None:
            if isinstance(kept, KeptSecret):
                self.start("act", self._set_secret, kept)

        self.app.push_screen(SecretDialog(self.place, self.namespace, key, about), answered)

    async def _set_secret(self, kept: KeptSecret) -> None:
        call = self.place.client.set_secret(
            self.namespace, kept.key, kept.value, description=kept.description
        )
        # The command asks for the value: it must not stand in a log.
        words = ["-n", self.namespace, "secret", "set", kept.key]
        await self._done(call, words, f"{kept.key} is set")

    def _ask_file(self, row: Row | None) -> None:
        path = row.path if isinstance(row, NamespaceFileRow) else ""

        def answered(sent: object) -> None:
            if isinstance(sent, SentFile):
                self.start("act", self._put_file, sent)

        self.app.push_screen(FileDialog(self.place, self.namespace, path), answered)

    async def _put_file(self, sent: SentFile) -> None:
        call = self.place.client.put_namespace_file(sent.file, self.namespace, sent.path)
        words = ["-n", self.namespace, "namespace", "files", "put", str(sent.file), sent.path]
        await self._done(call, words, f"{sent.path} is stored")

    def action_remove(self) -> None:
        """Delete what is under the cursor, once its name was typed."""
        row = self.row
        if row is None or self.refuses("remove"):
            return
        if isinstance(row, SecretRow) and row.namespace != self.namespace:
            self.app.notify(f"{row.key} belongs to {row.namespace}: delete it there")
            return
        name = row.path if isinstance(row, NamespaceFileRow) else row.key

        def answered(is_sure: object) -> None:
            if is_sure is True:
                self.start("act", self._remove, row)

        self.app.push_screen(RemovalDialog(self.place, self.tab.removesuffix("s"), name), answered)

    async def _remove(self, row: Row) -> None:
        client, namespace = self.place.client, self.namespace
        if isinstance(row, KeyValueRow):
            words = ["-n", namespace, "kv", "delete", row.key]
            await self._done(client.delete_key_value(namespace, row.key), words, "deleted")
        elif isinstance(row, SecretRow):
            words = ["-n", namespace, "secret", "delete", row.key]
            await self._done(client.delete_secret(namespace, row.key), words, "deleted")
        else:
            words = ["-n", namespace, "namespace", "files", "delete", row.path]
            call = client.delete_namespace_files(namespace, [row.path])
            await self._done(call, words, "deleted; its versions are kept")

    async def _done(self, call: Coroutine[Any, Any, object], words: list[str], said: str) -> None:
        async def work() -> bool:
            await call
            return True

        if await self.act(work(), command_line(*words), said):
            self.app.notify(said)
            self.query_one(f"#{self.tab}", VirtualTable).reload()

    # ── the rest ───────────────────────────────────────────────────────────────────────────────

    def action_executions(self) -> None:
        """Show the executions of the namespace and of those below it."""
        self.post_message(ShowExecutions(f"ns:{self.namespace},{self.namespace}.*"))

    def action_copy(self) -> None:
        """Copy what is under the cursor: a value, the name of a secret, the path of a file."""
        match self.row:
            case KeyValueRow() as row:
                self.copy(value_text(row.value), f"The value of {row.key}")
            case SecretRow() as row:
                self.copy(row.key, "The name")
            case NamespaceFileRow() as row:
                self.copy(row.path, "The path")

    def on_values_view_copy_asked(self, message: ValuesView.CopyAsked) -> None:
        """Copy a variable."""
        self.copy(value_text(message.line.value), message.line.path)

    def action_save(self) -> None:
        """Bring the file under the cursor to this machine."""
        if isinstance(self.row, NamespaceFileRow):
            self.start("save", self._save, self.row)

    async def _save(self, row: NamespaceFileRow) -> None:
        stem, _, ending = row.path.rpartition("/")[2].partition(".")
        folder, now = self.place.options.save_folder, self.place.clock()
        path = free_path(folder, stem or ending, f".{ending}" if ending else "", now)
        chunks = self.place.client.get_namespace_file(self.namespace, row.path)
        if await self.save(path, save_chunks(path, chunks)):
            self.copy(str(path), f"Saved to {path}; its path")


def key_of(row: Row) -> tuple[str, ...]:
    """What tells a value, a secret or a file from the others of its table."""
    return (row.path,) if isinstance(row, NamespaceFileRow) else (row.namespace, row.key)


def _defaults(settings: NamespaceSettings) -> dict[str, object]:
    """Plugin defaults by type; the nearest namespace last."""
    found: dict[str, object] = {}
    for one in settings.plugin_defaults:
        name = f"{one.type} ({one.namespace}{', forced' if one.forced else ''})"
        found[name] = dict(one.values)
    return found
