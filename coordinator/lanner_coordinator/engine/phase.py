"""The phases through which a container goes, each with its own list of tasks."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Which list of a container runs; the value is the list's name in the flow language."""

    TASKS = "tasks"
    """What the container is there for."""
    ERRORS = "errors"
    """Once, when one of the tasks failed for good."""
    FINALLY = "finally"
    """After both, whatever the outcome."""
    AFTER = "afterExecution"
    """Only of the flow: after the end state is set, which it cannot change."""
