"""What the rewriting of whole properties works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lanner_coordinator.flow.migration.edits import Edits
from lanner_coordinator.flow.migration.extents import Extents
from lanner_coordinator.flow.nodes import MapNode, Node, ScalarNode


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowDefaults:
    """What the plugin defaults of a flow give.

    Attributes:
        types: Types, or starts of types, as written.
        keys: Properties that any of them gives.
    """

    types: Sequence[str] = ()
    keys: frozenset[str] = field(default_factory=frozenset)

    def are_the_same_for(self, *names: str) -> bool:
        """Whether all these types get the same defaults."""
        found = [[one for one in self.types if name.startswith(one)] for name in names]
        return all(one == found[0] for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A map with the properties of a task, a trigger or a plugin default.

    Attributes:
        node: The map.
        type: Newest name of the type, or the start of one.
        defaults: Of the flow.
        edits: Takes the replacements.
        extents: Of the same source.
    """

    node: MapNode
    type: str
    defaults: FlowDefaults
    edits: Edits
    extents: Extents

    def literal(self, key: str) -> ScalarNode | None:
        """The value of a key if it is written out in one line: no expression, alias or block."""
        node = self.node.entries.get(key)
        if not isinstance(node, ScalarNode) or "{{" in node.text or "\n" in node.text:
            return None
        entry = self.extents.entry(self.node, key)
        return node if entry is not None and "\n" not in self.written(node) else None

    def written(self, node: ScalarNode) -> str:
        """A scalar as it stands in the source."""
        return self.edits.source[node.start : node.end]

    def keep(self, key: str, why: str) -> None:
        """Tell that a key stays as it is."""
        self.edits.keep(self.node.keys[key].line, key, why)

    def replace_entry(self, key: str, text: str, new: str) -> bool:
        """Replace a key with its value; false where that is not possible."""
        found = self.extents.entry(self.node, key)
        if found is None:
            return False
        at = self.node.keys[key]
        self.edits.replace(found.start, found.end, text, at.line, key, new)
        return True

    def indentation(self, key: str) -> str:
        """Blanks before further lines of a key's own map or list."""
        return self.extents.indentation(self.node.keys[key].start)


def is_literal(node: Node) -> bool:
    """Whether no expression stands in a value."""
    return not isinstance(node, ScalarNode) or "{{" not in node.text
