"""Keys that mean something to tasks only that do work themselves."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.nodes import MapNode
from lanner_coordinator.flow.reading.report import Report

_WITHOUT_WORK = (TaskKind.FLOWABLE, TaskKind.SUBFLOW)


def has_effect(key: str, kind: TaskKind, own: MapNode, report: Report) -> bool:
    """Whether a task of this kind does work itself; says so where it has the key and does not."""
    if kind not in _WITHOUT_WORK:
        return True
    if key in own.entries:
        message = f"`{key}` has no effect: it is for tasks that do work themselves"
        hint = "Put it at the tasks that do the work."
        report.warn(Code.NO_EFFECT, message, own.keys[key], hint=hint)
    return False
