"""Finds tasks that can never run, whatever is given to the flow."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import Flow, Task, walk_tasks
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.task_order import IN_ORDER

_FAIL = "io.kestra.plugin.core.execution.Fail"
_EXIT = "io.kestra.plugin.core.execution.Exit"

_FAIL_WITH_A_CHILD = frozenset({"Sequential", "Parallel", "Dag"})
"""Types that fail when one of their children does."""

_LOOPS = frozenset(
    {"ForEach", "EachSequential", "EachParallel", "LoopUntil", "Pause", "Loop$Iteration"}
)
"""Types whose children run one after the other, again and again."""


def check_reachability(flow: Flow, context: Context) -> None:
    """Report tasks that never run."""
    for section in (
        flow.tasks,
        flow.errors,
        flow.finally_tasks,
        *(listener.tasks for listener in flow.listeners),
        flow.after_execution,
    ):
        _check(section, context, is_ordered=True)


def _check(tasks: Sequence[Task], context: Context, *, is_ordered: bool) -> None:
    ending: Task | None = None
    is_told = False
    for task in tasks:
        if ending is not None and is_ordered:
            if not is_told:
                _report(
                    task, f"`{ending.id}` before it always ends the tasks of this list", context
                )
            _remember(task, "it never runs", context)
            is_told = True
            continue
        if task.is_disabled:
            _remember(task, "the task is disabled", context)
            continue
        if task.run_if is not None and _is_false(task.run_if):
            _report(task, "its condition is never true", context)
            continue
        if _always_ends(task):
            ending = task
        not_taken = _branches_not_taken(task)
        for name, below in task.branches.items():
            if name in not_taken:
                _report(below[0], f"`{task.id}` never takes this branch", context)
                continue
            ordered = name in ("errors", "finally") or _kind(task) in (*IN_ORDER, *_LOOPS)
            _check(below, context, is_ordered=ordered)


def _always_ends(task: Task) -> bool:
    if task.is_disabled or task.run_if is not None:
        return False
    if task.type == _EXIT:
        return True
    if task.allow_failure:
        return False
    if task.type == _FAIL:
        return "condition" not in task.properties
    return _kind(task) in _FAIL_WITH_A_CHILD and any(
        _always_ends(child) for child in task.branches.get("tasks", ())
    )


def _branches_not_taken(task: Task) -> Sequence[str]:
    """Branches that a constant rules out."""
    kind = _kind(task)
    if kind == "If":
        condition = task.properties.get("condition", True)
        if not _is_constant(condition):
            return ()
        other = "else" if is_truthy(condition) else "then"
        return (other,) if task.branches.get(other) else ()
    value = task.properties.get("value")
    if kind == "Switch" and value is not None and _is_constant(value):
        taken = f"cases.{value}"
        taken = taken if taken in task.branches else "defaults"
        own = ("errors", "finally", taken)
        return tuple(name for name, below in task.branches.items() if name not in own and below)
    return ()


def _is_false(condition: str) -> bool:
    return _is_constant(condition) and not is_truthy(condition)


def _is_constant(value: object) -> bool:
    return not (isinstance(value, str) and "{" in value)


def _kind(task: Task) -> str:
    return task.type.rpartition(".")[2]


def _remember(task: Task, why: str, context: Context) -> None:
    """That nothing of a task will ever be there."""
    for one in walk_tasks((task,)):
        context.idle_tasks[one.id] = why


def _report(task: Task, why: str, context: Context) -> None:
    _remember(task, "it never runs", context)
    at = context.task_ids.get(task.id)
    if at is not None:
        context.report.warn(
            Code.UNREACHABLE_TASK,
            f"The task `{task.id}` never runs: {why}",
            at,
            hint="Remove it, or mend the condition.",
        )
