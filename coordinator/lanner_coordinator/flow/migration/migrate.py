"""Goes through a flow and replaces what is old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lanner_coordinator.flow import reader
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.expression import inspect_names
from lanner_coordinator.flow.migration import rules
from lanner_coordinator.flow.migration.edits import Change, Edits
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading import inputs, outputs, retry, task, triggers
from lanner_coordinator.flow.reading.fields import FieldTable
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.text_positions import offset_of
from lanner_coordinator.flow.yaml_text import read_yaml

_TASK_LISTS = ("tasks", "errors", "finally", "afterExecution", "listeners")
_NO_ALIASES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A flow in its newest form.

    Attributes:
        text: The source; the old one where it cannot be read as YAML.
        changes: What was replaced, in order.
        is_readable: Whether the source is YAML with a map in it.
    """

    text: str
    changes: tuple[Change, ...]
    is_readable: bool


def migrate(source: str, catalog: Catalog) -> Migration:
    """Rewrite a flow into the newest form. Raises nothing."""
    mark = "\ufeff" if source.startswith("\ufeff") else ""
    plain = source.removeprefix("\ufeff")
    root = read_yaml(plain, Report())
    if not isinstance(root, MapNode):
        return Migration(text=source, changes=(), is_readable=False)
    edits = Edits(plain)
    _Migrator(plain, catalog, edits).flow(root)
    text, changes = edits.apply()
    return Migration(text=mark + text, changes=changes, is_readable=True)


class _Migrator:
    def __init__(self, source: str, catalog: Catalog, edits: Edits) -> None:
        self._source = source
        self._catalog = catalog
        self._edits = edits

    def flow(self, root: MapNode) -> None:
        self._keys(root, reader.FIELDS)
        for key, value in root.entries.items():
            if key in _TASK_LISTS:
                self._tasks(value)
        for holder in _maps(root.entries.get("inputs")):
            self._keys(holder, inputs.FIELDS)
            self._input_type(holder)
        for holder in _maps(root.entries.get("outputs")):
            self._keys(holder, outputs.FIELDS)
            self._input_type(holder)
        for holder in _maps(root.entries.get("triggers")):
            self._keys(holder, triggers.FIELDS)
            self._type(holder)
            self._properties(holder)
        for name in ("pluginDefaults", "taskDefaults"):
            for holder in _maps(root.entries.get(name)):
                self._type(holder)
        self._retry(root)
        for text in _scalars(root):
            self._expressions(text)

    def _tasks(self, node: Node) -> None:
        for holder in _maps(node):
            own = holder.entries.get("task")
            if isinstance(own, MapNode) and "type" not in holder.entries:
                self._task(own)
            else:
                self._task(holder)

    def _task(self, holder: MapNode) -> None:
        self._keys(holder, task.FIELDS, rules.TASK_KEYS)
        self._type(holder)
        self._properties(holder)
        self._retry(holder)
        for value in holder.entries.values():
            self._below(value)

    def _below(self, value: Node) -> None:
        """Tasks in a property, whatever its type calls it, and plugins such as task runners."""
        if isinstance(value, MapNode):
            if "type" in value.entries and "id" in value.entries:
                self._task(value)
                return
            self._type(value)
            for below in value.entries.values():
                self._below(below)
        elif isinstance(value, ListNode):
            for item in value.items:
                inner = item.entries.get("task") if isinstance(item, MapNode) else None
                self._below(inner if isinstance(inner, MapNode) else item)

    def _keys(
        self, holder: MapNode, table: FieldTable, newer: Mapping[str, str] = _NO_ALIASES
    ) -> None:
        renamed = {old: one.name for one in table.fields for old in one.formerly} | dict(newer)
        for key, node in holder.keys.items():
            if key in renamed and renamed[key] not in holder.entries:
                self._edits.rename(node, renamed[key])

    def _type(self, holder: MapNode) -> None:
        node = holder.entries.get("type")
        if isinstance(node, ScalarNode) and "." in node.text and "{" not in node.text:
            self._edits.rename(node, rules.newest_type(node.text, self._catalog))

    def _input_type(self, holder: MapNode) -> None:
        for key in ("type", "itemType"):
            node = holder.entries.get(key)
            if isinstance(node, ScalarNode):
                self._edits.rename(node, rules.INPUT_TYPES.get(node.text, node.text))

    def _properties(self, holder: MapNode) -> None:
        node = holder.entries.get("type")
        if not isinstance(node, ScalarNode):
            return
        name = rules.newest_type(node.text, self._catalog)
        found = self._catalog.task_type(name) or self._catalog.trigger_type(name)
        renamed = rules.PROPERTIES.get(found.name if found else name, _NO_ALIASES)
        for key, at in holder.keys.items():
            if key in renamed and renamed[key] not in holder.entries:
                self._edits.rename(at, renamed[key])

    def _retry(self, holder: MapNode) -> None:
        found = holder.entries.get("retry")
        if isinstance(found, MapNode):
            for table in retry.TABLES.values():
                self._keys(found, table)

    def _expressions(self, text: ScalarNode) -> None:
        for mention in inspect_names(text.text):
            table = {"function": rules.FUNCTIONS, "filter": rules.FILTERS}.get(mention.kind, {})
            new = table.get(mention.name)
            if new is None or text.start < 0:
                continue
            start = offset_of(self._source, text, mention.offset)
            end = start + len(mention.name)
            # Letters that are written as escapes stand elsewhere: they are left alone.
            if self._source[start:end] == mention.name:
                line = self._source.count("\n", 0, start) + 1
                self._edits.replace(start, end, new, line, mention.name, new)


def _maps(node: Node | None) -> Iterator[MapNode]:
    if isinstance(node, ListNode):
        yield from (item for item in node.items if isinstance(item, MapNode))


def _scalars(root: Node) -> Iterator[ScalarNode]:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, ScalarNode):
            if "{" in node.text:
                yield node
        elif isinstance(node, ListNode):
            pending.extend(node.items)
        else:
            pending.extend(node.entries.values())
            pending.extend(node.keys.values())
