"""What is old in a flow, what it is called now, and what has no newer form that means the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lanner_coordinator.flow.aliases import ALIASES
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.conditions.table import CONDITION_ALIASES
from lanner_coordinator.flow.types.schemas import PREFIX

TASK_KEYS: Mapping[str, str] = MappingProxyType({"runIf": "when"})
"""Keys of tasks that are no error and have a newer name."""

INPUT_TYPES: Mapping[str, str] = MappingProxyType({"ENUM": "SELECT", "BOOLEAN": "BOOL"})
"""Types of inputs and outputs."""

INPUT_KEYS: Mapping[str, str] = MappingProxyType({"options": "values"})
"""Properties of inputs."""

SLA_TYPES: Mapping[str, str] = MappingProxyType({"EXECUTION_CONDITION": "EXECUTION_ASSERTION"})
"""Types of promises."""

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

_CORE = f"{PREFIX}core."
_OWN = "it asks about the trigger's own flow, where the answer is always the same"
_STATE = "a state is a map that grows under one key; `core.kv` keeps whole values under your keys"

NOT_REWRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "listeners": "its conditions have no counterpart in `afterExecution`; write tasks with"
        " `runIf` there",
        f"{_CORE}state.Get": _STATE,
        f"{_CORE}state.Set": _STATE,
        f"{_CORE}state.Delete": _STATE,
        f"{_CORE}flow.Template": "its tasks stand elsewhere; make a flow of them for Subflow",
        f"{_CORE}storage.LocalFiles": "the files belong to the WorkingDirectory around it",
        f"{_CORE}condition.FlowCondition": _OWN,
        f"{_CORE}condition.FlowNamespaceCondition": _OWN,
        "outputs": "the flow that it starts must have `outputs` instead",
        "extension": "a file keeps its own name; remove the key",
        "outputDirectory": "files in `{{ outputDir }}` are always kept; remove the key",
    }
)
"""Why what is deprecated always stays as it is, by key or type."""

REWRITTEN_WHERE_POSSIBLE: frozenset[str] = frozenset(
    {
        f"{_CORE}debug.Echo", f"{_CORE}flow.EachSequential", f"{_CORE}flow.EachParallel",
        "fetch", "fetchOne", "store", "runner", "docker", "MultipleCondition",
    }
)  # fmt: skip
"""What is rewritten unless something around it forbids that; the reason is then found there."""


def newest_type(name: str, catalog: Catalog) -> str:
    """The newest name of a task or trigger type, with the prefix only where it was written."""
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    newest = ALIASES.get(full, full)
    found = catalog.task_type(newest) or catalog.trigger_type(newest)
    if found is not None:
        newest = found.name
    return _as_written(name, full, newest)


def newest_condition(name: str) -> str:
    """The newest name of a type of condition, as `newest_type`."""
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    return _as_written(name, full, CONDITION_ALIASES.get(full, full))


def why_kept(name: str) -> str:
    """Why something deprecated stays; empty: nothing general can be said."""
    for key in (name, name if name.startswith("io.kestra.") else f"{PREFIX}{name}"):
        newest = newest_condition(key)
        if newest in NOT_REWRITTEN:
            return NOT_REWRITTEN[newest]
    return ""


def _as_written(name: str, full: str, newest: str) -> str:
    if newest == full:
        return name
    return newest if name.startswith("io.kestra.") else newest.removeprefix(PREFIX)
