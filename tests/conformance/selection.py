"""Which cases of a folder are run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

READING = ("validate", "validate_update", "inputs")
"""Actions that run nothing."""

LIVE = (
    *("run", "restart", "replay", "resume", "mark_as", "kill", "pause"),
    *("webhook", "api", "schedule", "schedule_date"),
)
"""Actions that need a coordinator."""

KINDS = ("expressions", "units", *READING, *LIVE)
"""What `--only` knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for; empty: everything.

    Attributes:
        kinds: Of `KINDS`.
        tags: At least one of them.
        names: Ids of cases.
    """

    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def wants_kind(self, kind: str) -> bool:
        """Whether cases of this kind are looked at."""
        return not self.kinds or kind in self.kinds

    def wants(self, case_id: str, tags: Sequence[str]) -> bool:
        """Whether this case is run."""
        return (not self.names or case_id in self.names) and (
            not self.tags or not self.tags.isdisjoint(tags)
        )
