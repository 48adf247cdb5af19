"""All namespaces in memory: what each of them has set and what it inherits.

What a namespace has from above is merged once and kept until something changes, so that rendering
neither waits nor merges; a change reaches the next rendering and the next reading of a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.store.namespace_records import NamespaceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """What holds in a namespace, its own and from above.

    Attributes:
        variables: Maps are merged, all else of the nearest namespace counts.
        plugin_defaults: Of each namespace that has any, the outermost first.
        allowed_groups: Of the nearest namespace that says; absent: all groups.
        groups_from: The namespace that says it; empty: none.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    plugin_defaults: Sequence[Sequence[PluginDefault]] = ()
    allowed_groups: Sequence[str] | None = None
    groups_from: str = ""


_VARIABLES = msgspec.json.Decoder(dict[str, Any])
_DEFAULTS = msgspec.json.Decoder(list[dict[str, Any]])

NOTHING = Inherited()
"""Nothing is set anywhere."""


class NamespaceBook:
    """What is set, by namespace. Methods belong to the event loop's thread."""

    def __init__(self) -> None:
        self._records: dict[str, NamespaceRecord] = {}
        self._inherited: dict[str, Inherited] = {}
        self._listeners: list[Callable[[], None]] = []

    def load(self, records: Iterable[NamespaceRecord]) -> None:
        """Take what the store holds; before anything else."""
        self._records = {record.name: record for record in records}
        self._inherited.clear()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever plugin defaults have changed."""
        self._listeners.append(listener)

    def names(self) -> Iterable[str]:
        """Namespaces that something is set for."""
        return self._records.keys()

    def get(self, name: str) -> NamespaceRecord | None:
        """What is set for a namespace itself."""
        return self._records.get(name)

    def inherited(self, name: str) -> Inherited:
        """What holds in a namespace."""
        if not self._records:
            return NOTHING
        found = self._inherited.get(name)
        if found is None:
            found = self._inherited[name] = self._merged(name)
        return found

    def variables(self, name: str) -> Mapping[str, object]:
        """The variables that hold in a namespace."""
        return self.inherited(name).variables

    def plugin_defaults(self, name: str) -> Sequence[Sequence[PluginDefault]]:
        """The plugin defaults that hold in a namespace, the outermost first."""
        return self.inherited(name).plugin_defaults

    def put(self, record: NamespaceRecord) -> None:
        """It is durable that this is set."""
        before = self._records.get(record.name)
        self._records[record.name] = record
        self._changed(before.plugin_defaults if before else "[]", record.plugin_defaults)

    def remove(self, name: str) -> None:
        """It is durable that nothing is set for this namespace itself."""
        before = self._records.pop(name)
        self._changed(before.plugin_defaults, "[]")

    def _changed(self, before: str, after: str) -> None:
        self._inherited.clear()
        if before != after:
            for listener in self._listeners:
                listener()

    def _merged(self, name: str) -> Inherited:
        found = [self._records[one] for one in lineage(name) if one in self._records]
        variables: Mapping[str, object] = {}
        for record in found:
            variables = merged(variables, _VARIABLES.decode(record.variables))
        saying = [record for record in found if record.allowed_groups is not None]
        defaults = [plugin_defaults_of(record) for record in found]
        return Inherited(
            variables=MappingProxyType(dict(variables)),
            plugin_defaults=[one for one in defaults if one],
            allowed_groups=saying[-1].allowed_groups if saying else None,
            groups_from=saying[-1].name if saying else "",
        )


def lineage(name: str) -> Sequence[str]:
    """A namespace and those above it, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def merged(above: Mapping[str, object], below: Mapping[str, object]) -> Mapping[str, object]:
    """Two maps as one: maps in them deeply, all else is replaced by what is below."""
    result = dict(above)
    for key, value in below.items():
        outer = result.get(key)
        if isinstance(value, Mapping) and isinstance(outer, Mapping):
            value = merged(outer, value)
        result[key] = value
    return result


def plugin_defaults_of(record: NamespaceRecord) -> Sequence[PluginDefault]:
    """The plugin defaults that a namespace itself has."""
    return [
        PluginDefault(
            type=canonical_name(one["type"]),
            values=one["values"],
            is_forced=bool(one.get("forced", False)),
        )
        for one in _DEFAULTS.decode(record.plugin_defaults)
    ]
