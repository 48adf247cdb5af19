"""Where a part of a document begins and ends in its source, and which comments stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode

_CLOSERS = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A part of a source.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        comments: The comments in it, each with its `#`, in order.
    """

    start: int
    end: int
    comments: Sequence[str]


class Extents:
    """Finds parts in one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._line_starts = [0]
        for index, character in enumerate(source):
            if character == "\n":
                self._line_starts.append(index + 1)

    def entry(self, holder: MapNode, key: str) -> Extent | None:
        """A key with its value; absent where it is not written out there.

        That is so with aliases, anchors, tags and merged maps.
        """
        key_node, value = holder.keys[key], holder.entries[key]
        if key_node.start < 0:
            return None
        start, end = key_node.start, self._end(value)
        if end is None:
            return None
        scalars = [(key_node.start, key_node.end), *self._scalars(value)]
        if any(later[0] < earlier[1] for earlier, later in pairwise(scalars)):
            return None
        between = list(self._between(scalars, start, end))
        if any(character in part for part, _ in between for character in "&*!"):
            return None
        return Extent(start=start, end=end, comments=[one for _, found in between for one in found])

    def starts_entry(self, offset: int) -> bool:
        """Whether the map that a key at a place belongs to is written line by line."""
        return not self._source[self._line_start(offset) : offset].strip(" -")

    def indentation(self, offset: int) -> str:
        """As many blanks as there are characters before a place in its line."""
        return " " * (offset - self._line_start(offset))

    def _line_start(self, offset: int) -> int:
        return self._source.rfind("\n", 0, offset) + 1

    def _offset(self, node: ListNode | MapNode) -> int:
        return self._line_starts[node.line - 1] + node.column - 1

    def _end(self, node: Node) -> int | None:
        if isinstance(node, ScalarNode):
            if node.start < 0:
                return None
            return node.start + len(self._source[node.start : node.end].rstrip())
        start = self._offset(node)
        if self._source[start : start + 1] in _CLOSERS:
            return self._closing(start, list(self._scalars(node)))
        ends = [self._end(one) for one in _below(node)]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def _closing(self, start: int, scalars: Sequence[tuple[int, int]]) -> int | None:
        """Behind the bracket that closes the one at `start`."""
        depth, at, skipped = 0, start, dict(scalars)
        while at < len(self._source):
            if skipped.get(at, at) > at:
                at = skipped[at]
                continue
            character = self._source[at]
            if character == "#" and self._source[at - 1].isspace():
                line_end = self._source.find("\n", at)
                at = len(self._source) if line_end < 0 else line_end
                continue
            depth += (character in _CLOSERS) - (character in _CLOSERS.values())
            at += 1
            if depth == 0:
                return at
        return None

    def _scalars(self, node: Node) -> Iterator[tuple[int, int]]:
        if isinstance(node, ScalarNode):
            yield node.start, node.end
        else:
            for one in _below(node):
                yield from self._scalars(one)

    def _between(
        self, scalars: Sequence[tuple[int, int]], start: int, end: int
    ) -> Iterator[tuple[str, Sequence[str]]]:
        """What stands between the scalars: the notation, and the comments in it."""
        at = start
        for first, last in [*scalars, (end, end)]:
            notation, comments = "", []
            for line in self._source[at:first].splitlines():
                code, mark, comment = line.partition("#")
                notation += code
                if mark:
                    comments.append(f"#{comment.rstrip()}")
            yield notation, comments
            at = max(at, last)


def _below(node: ListNode | MapNode) -> Iterator[Node]:
    if isinstance(node, ListNode):
        yield from node.items
        return
    for key, value in node.entries.items():
        yield node.keys[key]
        yield value
