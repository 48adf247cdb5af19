"""A YAML document as a tree that knows where each part stands in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lanner_coordinator.flow import scalars
from lanner_coordinator.flow.model import Position


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A text, number, boolean or null.

    Attributes:
        text: As written, without quotes and with escapes resolved.
        is_plain: Whether it stands without quotes, so that `3` is a number.
        line: Of its first character, counted from 1.
        column: Of its first character, counted from 1.
        start: Offset of its first character in the source; -1: it is not from the source.
        end: Offset behind its last character.
    """

    text: str
    is_plain: bool
    line: int
    column: int
    start: int = -1
    end: int = -1

    @property
    def value(self) -> object:
        """What it stands for."""
        return scalars.resolve(self.text) if self.is_plain else self.text

    @property
    def position(self) -> Position:
        """Where it starts."""
        return Position(line=self.line, column=self.column)


@dataclass(frozen=True, slots=True, eq=False)
class ListNode:
    """A sequence of nodes.

    Attributes:
        line: Of its first character, counted from 1.
        column: Of its first character, counted from 1.
        items: In order of the source.
    """

    line: int
    column: int
    items: list[Node] = field(default_factory=list)

    @property
    def position(self) -> Position:
        """Where it starts."""
        return Position(line=self.line, column=self.column)


@dataclass(frozen=True, slots=True, eq=False)
class MapNode:
    """Nodes by key.

    Attributes:
        line: Of its first character, counted from 1.
        column: Of its first character, counted from 1.
        entries: In order of the source; of keys that stand twice, the first.
        keys: The keys as they stand in the source.
    """

    line: int
    column: int
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, ScalarNode] = field(default_factory=dict)

    @property
    def position(self) -> Position:
        """Where it starts."""
        return Position(line=self.line, column=self.column)


Node = ScalarNode | ListNode | MapNode
"""Any part of a document."""


def plain(node: Node) -> object:
    """The node as text, number, boolean, None, list and dict."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.entries.items()}


def from_plain(value: object, at: Node) -> Node:
    """A node that holds a value from elsewhere; problems with it are shown at `at`."""
    if isinstance(value, Mapping):
        entries = {str(key): from_plain(item, at) for key, item in value.items()}
        keys = {key: ScalarNode(key, False, at.line, at.column) for key in entries}
        return MapNode(at.line, at.column, entries, keys)
    if isinstance(value, list | tuple):
        return ListNode(at.line, at.column, [from_plain(item, at) for item in value])
    if isinstance(value, str):
        return ScalarNode(value, False, at.line, at.column)
    return ScalarNode(_plain_text(value), True, at.line, at.column)


def describe(node: Node) -> str:
    """What messages call a node: `a list`, `the text "abc"`."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a map"
    value = node.value
    if value is None:
        return "nothing"
    text = node.text if len(node.text) <= 60 else f"{node.text[:57]}…"
    if isinstance(value, bool):
        return f"the boolean `{text}`"
    if isinstance(value, int | float):
        return f"the number `{text}`"
    return f"the text `{text}`"


def _plain_text(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
