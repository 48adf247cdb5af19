"""Replacements in a text, collected while it is read and applied at the end."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_coordinator.flow.nodes import ScalarNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that became newer.

    Attributes:
        line: In the old text, from 1.
        sentence: What was replaced by what.
    """

    line: int
    sentence: str


class Edits:
    """Replacements in one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._edits: dict[int, tuple[int, str, Change]] = {}

    def rename(self, node: ScalarNode, new: str) -> None:
        """Replace a whole scalar, its quotes kept."""
        if node.start < 0 or node.text == new:
            return
        written = self._source[node.start : node.end]
        quote = written[0] if written[:1] in ("'", '"') else ""
        if not quote and not written.startswith(node.text):
            # A block scalar is nobody's key or type.
            return
        end = node.end if quote else node.start + len(node.text)
        self.replace(node.start, end, f"{quote}{new}{quote}", node.line, node.text, new)

    def replace(self, start: int, end: int, text: str, line: int, old: str, new: str) -> None:
        """Replace a part of the source; of two at one place the first counts."""
        change = Change(line=line, sentence=f"`{old}` is `{new}` now")
        self._edits.setdefault(start, (end, text, change))

    def apply(self) -> tuple[str, tuple[Change, ...]]:
        """The new text, and what was changed, in order."""
        parts, at, changes = [], 0, []
        for start, (end, text, change) in sorted(self._edits.items()):
            parts += [self._source[at:start], text]
            at = end
            changes.append(change)
        return "".join([*parts, self._source[at:]]), tuple(changes)
