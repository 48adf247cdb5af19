"""What is old in a flow, and what it is called now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lanner_coordinator.flow.aliases import ALIASES
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.types.schemas import PREFIX

TASK_KEYS: Mapping[str, str] = MappingProxyType({"runIf": "when"})
"""Keys of tasks that are no error and have a newer name."""

INPUT_TYPES: Mapping[str, str] = MappingProxyType({"ENUM": "SELECT", "BOOLEAN": "BOOL"})
"""Types of inputs and outputs."""

PROPERTIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        f"{PREFIX}core.flow.Pause": {"delay": "pauseDuration"},
    }
)
"""Properties of types."""

FUNCTIONS: Mapping[str, str] = MappingProxyType({"json": "fromJson"})
"""Functions of expressions."""

FILTERS: Mapping[str, str] = MappingProxyType({"json": "toJson"})
"""Filters of expressions."""


def newest_type(name: str, catalog: Catalog) -> str:
    """The newest name of a task or trigger type, with the prefix only where it was written."""
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    newest = ALIASES.get(full, full)
    found = catalog.task_type(newest) or catalog.trigger_type(newest)
    if found is not None:
        newest = found.name
    if newest == full:
        return name
    return newest if name.startswith("io.kestra.") else newest.removeprefix(PREFIX)
