"""Which rows of a list are marked: some by key, or all that the list holds but some."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMarks:
    """Marks on rows; the list may be far too long to name them one by one."""

    keys: frozenset[Hashable] = field(default_factory=frozenset)
    """Marked rows or, where all are marked, those that are not."""
    is_all: bool = False
    """Every row of the list is marked, apart from `keys`."""

    def __contains__(self, key: Hashable) -> bool:
        return (key in self.keys) != self.is_all

    def count(self, total_count: int) -> int:
        """Count the marked rows of a list with this many rows."""
        return max(0, total_count - len(self.keys)) if self.is_all else len(self.keys)

    def toggled(self, key: Hashable) -> RowMarks:
        """Give the marks with this row's turned over."""
        return RowMarks(keys=self.keys ^ {key}, is_all=self.is_all)

    def with_marked(self, keys: Iterable[Hashable]) -> RowMarks:
        """Give the marks with these rows marked too."""
        named = frozenset(keys)
        changed = self.keys - named if self.is_all else self.keys | named
        return RowMarks(keys=changed, is_all=self.is_all)
