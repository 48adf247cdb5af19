"""What comes of work that is done at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lanner_coordinator.engine import events
from lanner_coordinator.flow.types.native_type import ResumeWish, Toggle
from lanner_coordinator.runtime.key_values.book import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """What came of something done at once.

    Attributes:
        event: For the engine.
        lines: Log lines (level, text) of the task run, masked.
        key_changes: What it changed in the key-value store.
        toggles: Triggers that it enables or disables.
        resumes: Execution that it resumes, before the event; absent: none.
        secrets: What must not come into an error about any of it.
    """

    event: events.Event
    lines: Sequence[tuple[str, str]] = field(default=())
    key_changes: Sequence[Change] = field(default=())
    toggles: Sequence[Toggle] = field(default=())
    resumes: ResumeWish | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
