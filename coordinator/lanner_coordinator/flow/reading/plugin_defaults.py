"""`pluginDefaults`: property values for all tasks and triggers of a type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.flow.nodes import MapNode, Node, ScalarNode, from_plain, plain
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map, is_null
from lanner_coordinator.flow.reading.report import Report

_FIELDS = FieldTable(
    "A plugin default",
    (
        Field(name="type", is_required=True),
        Field(name="values", is_required=True),
        Field(name="forced"),
        Field(name="ref", not_supported="defaults apply by their type only"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultValues:
    """One plugin default as nodes.

    Attributes:
        type: Canonical name or the start of one.
        values: By property.
        is_forced: Whether they win over the task's own.
    """

    type: str
    values: MapNode
    is_forced: bool


def read_plugin_defaults(
    node: Node | None, report: Report
) -> tuple[Sequence[DefaultValues], Sequence[PluginDefault]]:
    """The defaults of a flow, as nodes and as the model has them."""
    if node is None:
        return (), ()
    found = []
    for item in as_items(node, "`pluginDefaults`", report):
        one = _read_one(item, report)
        if one is not None:
            found.append(one)
    model = [
        PluginDefault(type=one.type, values=_plain_map(one.values), is_forced=one.is_forced)
        for one in found
    ]
    return found, model


def configured_defaults(defaults: Iterable[PluginDefault]) -> Sequence[DefaultValues]:
    """The defaults of the coordinator's configuration, or of a namespace, as nodes."""
    nowhere = ScalarNode("", False, 0, 0)
    found = []
    for one in defaults:
        node = from_plain(one.values, nowhere)
        if isinstance(node, MapNode):
            name = canonical_name(one.type)
            found.append(DefaultValues(type=name, values=node, is_forced=one.is_forced))
    return found


class Defaults:
    """Merges defaults into what a task or trigger says itself.

    The order, from the weakest: configuration, namespaces from the outermost on, flow, the task's
    own, forced of the flow, of the nearest namespace and so on, of the configuration.

    Of those of one kind the more exact type wins, then the later. A default for many types gives
    each of them only the properties that it has.

    Args:
        flow: Of the source.
        configured: Of the coordinator's configuration.
        catalog: The types that exist.
        common_keys: Keys that every task or trigger may have.
        namespaces: Of the namespaces that the flow is in, the outermost first.
    """

    def __init__(
        self,
        flow: Sequence[DefaultValues],
        configured: Sequence[DefaultValues],
        catalog: Catalog,
        common_keys: frozenset[str],
        namespaces: Sequence[Sequence[DefaultValues]] = (),
    ) -> None:
        layers = [configured, *namespaces, flow]
        self._layers = [[one for one in layer if not one.is_forced] for layer in layers]
        self._forced = [[one for one in layer if one.is_forced] for layer in reversed(layers)]
        self._catalog = catalog
        self._common_keys = common_keys
        self._is_empty = not any(layers)
        self._by_type: dict[str, tuple[Sequence[MapNode], Sequence[MapNode]]] = {}

    def merged(self, node: MapNode, type_name: str) -> MapNode:
        """The node with the defaults of its type, and those of the plugins inside of it."""
        if self._is_empty:
            return node
        below, above = self._matching(type_name)
        merged: Node = node
        if below or above:
            merged = MapNode(node.line, node.column)
            for layer in (*below, node, *above):
                merged = merge(merged, layer)
        return self._nested(merged) if isinstance(merged, MapNode) else node

    def _nested(self, node: MapNode) -> MapNode:
        """The node with the defaults of plugins in its values, such as task runners."""
        changed = {}
        for key, value in node.entries.items():
            if not isinstance(value, MapNode):
                continue
            kind = value.entries.get("type")
            if isinstance(kind, ScalarNode) and "." in kind.text:
                changed[key] = self.merged(value, self._canonical(kind.text))
        if not changed:
            return node
        return MapNode(node.line, node.column, {**node.entries, **changed}, node.keys)

    def _canonical(self, name: str) -> str:
        known = self._catalog.task_type(name)
        return known.name if known else canonical_name(name)

    def _matching(self, type_name: str) -> tuple[Sequence[MapNode], Sequence[MapNode]]:
        found = self._by_type.get(type_name)
        if found is None:
            found = (self._of(self._layers, type_name), self._of(self._forced, type_name))
            self._by_type[type_name] = found
        return found

    def _of(self, layers: Sequence[Sequence[DefaultValues]], type_name: str) -> Sequence[MapNode]:
        return [
            one.values if one.type == type_name else self._known_part(one.values, type_name)
            for layer in layers
            for one in sorted(layer, key=lambda one: len(one.type))
            if self._applies(one.type, type_name)
        ]

    def _known_part(self, values: MapNode, type_name: str) -> MapNode:
        """Of the values for many types those that one type has."""
        description = self._catalog.task_type(type_name) or self._catalog.trigger_type(type_name)
        properties = description.properties_schema.get("properties") if description else None
        if not isinstance(properties, Mapping):
            return values
        entries = {
            key: value
            for key, value in values.entries.items()
            if key in properties or key in self._common_keys
        }
        return MapNode(values.line, values.column, entries, values.keys)

    def _applies(self, default: str, type_name: str) -> bool:
        if default == type_name or type_name.startswith(f"{default}."):
            return True
        known = self._catalog.task_type(default)
        if known is not None:
            return known.name == type_name
        return type_name.startswith(default) and self._catalog.trigger_type(default) is None


def merge(below: Node, above: Node) -> Node:
    """Two values as one: maps deeply, all else is replaced by `above`.

    Of maps with a `type` each that differ, `above` stays as it is: they are different plugins.
    """
    if not isinstance(below, MapNode) or not isinstance(above, MapNode):
        return above
    kinds = (below.entries.get("type"), above.entries.get("type"))
    if all(isinstance(kind, ScalarNode) for kind in kinds):
        names = {kind.text for kind in kinds if isinstance(kind, ScalarNode)}
        if len(names) > 1:
            return above
    entries, keys = dict(below.entries), dict(below.keys)
    for key, value in above.entries.items():
        entries[key] = merge(entries[key], value) if key in entries else value
        keys[key] = above.keys[key]
    at = above if above.line else below
    return MapNode(at.line, at.column, entries, keys)


def _read_one(node: Node, report: Report) -> DefaultValues | None:
    holder = as_map(node, "A plugin default", report)
    if holder is None:
        return None
    taken = _FIELDS.take(holder, report)
    name = values.text(taken.get("type"), "`type`", report)
    forced = values.boolean(taken.get("forced"), "`forced`", report)
    given = as_map(taken["values"], "`values`", report) if "values" in taken else None
    if name is None or given is None:
        return None
    for key, value in given.entries.items():
        if is_null(value):
            message = f"The default of `{key}` has no value"
            report.error(Code.MISSING_KEY, message, given.keys[key])
    return DefaultValues(type=canonical_name(name), values=given, is_forced=bool(forced))


def _plain_map(node: MapNode) -> dict[str, object]:
    return {key: plain(value) for key, value in node.entries.items()}
