"""The tables of one namespace: filled, kept fresh, and looked through for names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.widget import Widget

from lanner_console.models import KeyValueRow, Page, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow
from lanner_console.screens.namespace_acts import NamespaceActs
from lanner_console.screens.namespace_rows import NamedRows, Row
from lanner_console.screens.namespace_tables import Fetch, RowsOf
from lanner_console.screens.table_screen import TableScreen
from lanner_console.widgets.filter_bar import FilterBar
from lanner_console.widgets.tab_line import TabLine
from lanner_console.widgets.virtual_table import VirtualTable
from lanner_console.workplace import Workplace

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


class NamespaceLists(NamespaceActs, TableScreen):
    """The part of the view of a namespace that lists what is kept there."""

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.texts: dict[str, str] = {}
        """What is looked for, by tab."""

    async def fetch_facts(self) -> None:
        """Look at what holds in the namespace."""
        raise NotImplementedError

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return self.query_one(TabLine).active

    @property
    def row(self) -> Row | None:
        """What is under the cursor in a table."""
        if self.tab not in TABLES:
            return None
        row: Row | None = self.table.cursor_row
        return row

    @property
    def table(self) -> VirtualTable[Any]:
        """The table of the tab, which must have one."""
        return self.table_of(self.tab)

    @property
    def facts(self) -> str:
        """How many rows the table has."""
        return super().facts if self.tab in TABLES else ""

    @property
    def focus_target(self) -> Widget:
        """What the active tab shows."""
        return self.query_one(f"#{self.tab}")

    def table_of(self, tab: str) -> VirtualTable[Any]:
        """The table of a tab."""
        return self.query_one(f"#{tab}", VirtualTable)

    def list_rows(self, tab: str, *, keep_place: bool = False) -> None:
        """Fill a table, with what the text that is looked for leaves."""
        text, fetch = self.texts.get(tab, ""), self._fetches()[tab]
        table = self.table_of(tab)
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
        if self.tab in TABLES:
            super().ticked()

    def reconnected(self) -> None:
        """Look at it again."""
        self.changed()

    def changed(self) -> None:
        """Fetch anew what is shown, with the cursor where it is."""
        self.start("namespace", self.fetch_facts, exclusive=True)
        for tab in TABLES:
            if self.texts.get(tab):
                self.list_rows(tab, keep_place=True)
            else:
                self.table_of(tab).reload()

    # ── looking for names ──────────────────────────────────────────────────────────────────────

    def _look_for(self, text: str) -> None:
        self.texts[self.tab] = text
        self.list_rows(self.tab)
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
            self.query_one(FilterBar).open("/", self.texts.get(self.tab, ""))

    def action_back(self) -> None:
        """Show all, then go back."""
        if self.texts.get(self.tab):
            self._look_for("")
        else:
            super().action_back()
