"""How a task changes the variables of its execution: SetVariables, UnsetVariables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lanner_coordinator.engine.events import AttemptFinished
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.state import State


def apply_changes(live: LiveExecution, event: AttemptFinished) -> AttemptFinished:
    """Change the variables as an attempt asks for; its failure, when they do not allow it."""
    change = event.variables
    if change is None or event.state is not State.SUCCESS:
        return event
    present = dict(live.variables)
    taken = [name for name in change.values if name in present]
    if taken and not change.may_replace:
        return _refused(event, f"the variable `{taken[0]}` exists already")
    missing = [name for name in change.removed if not _has(present, name.split("."))]
    if missing and not change.may_be_missing:
        return _refused(event, f"there is no variable `{missing[0]}` to remove")
    for name in change.removed:
        present = _without(present, name.split("."))
    live.execution.variables = _merged(present, change.values)
    return event


def _refused(event: AttemptFinished, error: str) -> AttemptFinished:
    return msgspec.structs.replace(event, state=State.FAILED, error=error, cause="task")


def _merged(present: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    merged = dict(present)
    for name, value in values.items():
        below = merged.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(below, value)
        else:
            merged[name] = value
    return merged


def _has(present: object, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(present, Mapping) or name not in present:
            return False
        present = present[name]
    return True


def _without(present: Mapping[str, object], path: Sequence[str]) -> dict[str, object]:
    rest = dict(present)
    below = rest.get(path[0])
    if len(path) == 1:
        rest.pop(path[0], None)
    elif isinstance(below, Mapping):
        rest[path[0]] = _without(below, path[1:])
    return rest
