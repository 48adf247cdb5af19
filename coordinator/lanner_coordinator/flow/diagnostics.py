"""What is wrong with a source, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lanner_coordinator.flow.model import NOWHERE, Position


class Severity(StrEnum):
    """Whether a problem keeps the flow from being stored."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a source.

    Attributes:
        severity: An error keeps the flow from being stored.
        code: Stable, `LNR012`; documented in `docs/problems.md`.
        message: A sentence: what is wrong and where.
        hint: What to do about it; empty: the message says it.
        position: Where in the source.
        length: Characters from `position` on; 0: unknown.
        path: Where in the flow, `tasks[1].timeout`; empty: the document.
    """

    severity: Severity
    code: str
    message: str
    hint: str = ""
    position: Position = NOWHERE
    length: int = 0
    path: str = ""


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in order of their source."""
    return tuple(sorted(problems, key=lambda problem: problem.position))
