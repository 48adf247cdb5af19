"""Replacements in a text, collected while it is read and applied at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lanner_coordinator.flow.nodes import ScalarNode

_LINE_END = re.compile(r"\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that became newer, or that stays old.

    Attributes:
        line: From 1; of what became newer, in the old text, otherwise in the new one.
        sentence: What was replaced by what, or why it stays.
    """

    line: int
    sentence: str


class Edits:
    """Replacements in one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        """The text before them."""
        self._edits: dict[int, tuple[int, str, Change | None]] = {}
        self._kept: list[Change] = []

    @property
    def kept(self) -> tuple[Change, ...]:
        """What stays old, with the reason, in order."""
        return tuple(sorted(self._kept, key=lambda one: one.line))

    def keep(self, line: int, name: str, why: str) -> None:
        """Tell that something stays as it is."""
        self._kept.append(Change(line=line, sentence=f"`{name}` stays: {why}"))

    def rename(self, node: ScalarNode, new: str) -> None:
        """Replace a whole scalar, its quotes kept."""
        if node.start < 0 or node.text == new:
            return
        written = self.source[node.start : node.end]
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

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a part of the source that belongs to a change that is told already."""
        self._edits.setdefault(start, (end, text, None))

    def apply(self) -> tuple[str, tuple[Change, ...]]:
        """The new text, and what was changed, in order."""
        parts, at, changes = [], 0, []
        line_end = "\r\n" if "\r\n" in self.source else "\n"
        for start, (end, text, change) in sorted(self._edits.items()):
            parts += [self.source[at:start], _LINE_END.sub(line_end, text)]
            at = end
            if change is not None:
                changes.append(change)
        return "".join([*parts, self.source[at:]]), tuple(changes)
