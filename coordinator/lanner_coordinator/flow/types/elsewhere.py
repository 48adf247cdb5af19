"""Kestra's core types that this version does not run.

They are told from types that do not exist, so that the message says which of the two it is. A type
that an agent offers under one of these names is run there.
"""

from __future__ import annotations

from lanner_coordinator.flow.types.schemas import PREFIX

_TASKS = {
    "http": ("Download", "Request"),
    "kv": ("Version",),
    "storage": ("LocalFiles",),
}  # fmt: skip

TASKS_NOT_RUN = frozenset(
    f"{PREFIX}core.{package}.{name}" for package, names in _TASKS.items() for name in names
)
"""Canonical names of tasks."""

TRIGGERS_NOT_RUN = frozenset({f"{PREFIX}core.trigger.McpToolTrigger"})
"""Canonical names of triggers."""
