"""Names that are old: of keys, types, functions and filters."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow import reader
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.expression import inspect_names
from lanner_coordinator.flow.migration import rules, walk
from lanner_coordinator.flow.migration.edits import Edits
from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.reading import (
    inputs,
    outputs,
    preconditions,
    retry,
    sla,
    task,
    triggers,
)
from lanner_coordinator.flow.reading.fields import FieldTable
from lanner_coordinator.flow.text_positions import offset_of
from lanner_coordinator.flow.types.triggers import FLOW

_NO_ALIASES: Mapping[str, str] = {}


def rename_all(root: MapNode, catalog: Catalog, edits: Edits) -> None:
    """Replace every old name in a flow."""
    _Renamer(catalog, edits).flow(root)


class _Renamer:
    def __init__(self, catalog: Catalog, edits: Edits) -> None:
        self._catalog = catalog
        self._edits = edits

    def flow(self, root: MapNode) -> None:
        self._keys(root, reader.FIELDS)
        self._retry(root)
        for holder in walk.tasks_of(root):
            self._task(holder)
        for holder in walk.inputs_of(root):
            self._keys(holder, inputs.FIELDS)
            self._input_types(holder)
            self._given(holder, rules.INPUT_KEYS)
        for holder in walk.maps_in(root.entries.get("outputs")):
            self._keys(holder, outputs.FIELDS)
            self._input_types(holder)
        for holder in walk.maps_in(root.entries.get("sla")):
            self._sla(holder)
        for holder in walk.triggers_of(root):
            self._trigger(holder)
        for holder in walk.conditions_of(root):
            self._condition(holder)
        for holder in walk.defaults_of(root):
            self._type(holder)
            self._default_values(holder)
        for text in walk.scalars_of(root):
            self._expressions(text)

    def _task(self, holder: MapNode) -> None:
        # What is spelled in two ways is renamed by `TASK_KEYS`, to the newer of the two.
        self._keys(holder, task.FIELDS)
        self._given(holder, rules.TASK_KEYS)
        self._type(holder)
        self._properties(holder)
        self._retry(holder)
        for plugin in walk.plugins_in(holder):
            self._type(plugin)

    def _trigger(self, holder: MapNode) -> None:
        self._keys(holder, triggers.FIELDS, spellings=True)
        self._type(holder)
        self._properties(holder)
        own = holder.entries.get("preconditions")
        kind = holder.entries.get("type")
        if isinstance(own, MapNode) and isinstance(kind, ScalarNode):
            found = self._catalog.trigger_type(kind.text)
            if found is not None and found.name == FLOW.name:
                self._keys(own, preconditions.PRECONDITIONS, spellings=True)

    def _condition(self, holder: MapNode) -> None:
        node = holder.entries.get("type")
        if isinstance(node, ScalarNode):
            newest = rules.newest_condition(node.text)
            self._edits.rename(node, newest)
            if newest.endswith("MultipleCondition"):
                self._keys(holder, preconditions.MULTIPLE, spellings=True)

    def _sla(self, holder: MapNode) -> None:
        for table in sla.TABLES.values():
            self._keys(holder, table)
        kind = holder.entries.get("type")
        if isinstance(kind, ScalarNode):
            self._edits.rename(kind, rules.SLA_TYPES.get(kind.text, kind.text))

    def _keys(self, holder: MapNode, table: FieldTable, *, spellings: bool = False) -> None:
        self._given(
            holder,
            {
                old: one.name
                for one in table.fields
                for old in (*one.formerly, *(one.also if spellings else ()))
            },
        )

    def _given(self, holder: MapNode, renamed: Mapping[str, str]) -> None:
        for key, node in holder.keys.items():
            if key in renamed and renamed[key] not in holder.entries:
                self._edits.rename(node, renamed[key])

    def _type(self, holder: MapNode) -> None:
        node = holder.entries.get("type")
        if isinstance(node, ScalarNode) and "." in node.text and "{" not in node.text:
            self._edits.rename(node, rules.newest_type(node.text, self._catalog))

    def _input_types(self, holder: MapNode) -> None:
        for key in ("type", "itemType"):
            node = holder.entries.get(key)
            if isinstance(node, ScalarNode):
                self._edits.rename(node, rules.INPUT_TYPES.get(node.text, node.text))

    def _properties(self, holder: MapNode, values: MapNode | None = None) -> None:
        node = holder.entries.get("type")
        if not isinstance(node, ScalarNode):
            return
        name = rules.newest_type(node.text, self._catalog)
        found = self._catalog.task_type(name) or self._catalog.trigger_type(name)
        renamed = rules.PROPERTIES.get(found.name if found else name, _NO_ALIASES)
        self._given(values or holder, renamed)

    def _default_values(self, holder: MapNode) -> None:
        values = holder.entries.get("values")
        if isinstance(values, MapNode):
            self._properties(holder, values)
            self._retry(values)

    def _retry(self, holder: MapNode) -> None:
        found = holder.entries.get("retry")
        if isinstance(found, MapNode):
            for table in retry.TABLES.values():
                self._keys(found, table)

    def _expressions(self, text: ScalarNode) -> None:
        source = self._edits.source
        for mention in inspect_names(text.text):
            table = {"function": rules.FUNCTIONS, "filter": rules.FILTERS}.get(mention.kind, {})
            new = table.get(mention.name)
            if new is None or text.start < 0:
                continue
            start = offset_of(source, text, mention.offset)
            end = start + len(mention.name)
            # Letters that are written as escapes stand elsewhere: they are left alone.
            if source[start:end] == mention.name:
                line = source.count("\n", 0, start) + 1
                self._edits.replace(start, end, new, line, mention.name, new)
