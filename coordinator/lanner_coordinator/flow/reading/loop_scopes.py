"""Checks what is seen inside of the iterations of a Loop only.

That is `item`, and the outputs of the tasks in them. As all that is certain about expressions,
these are warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Flow, Task
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.reading.spots import Known, warn
from lanner_coordinator.flow.reading.task_order import is_in_loop
from lanner_coordinator.flow.types.loop import LOOP_TYPE

Scopes = Mapping[str, tuple[str, ...]]
"""The Loops around each task, by task id, from the outermost on."""


def loop_scopes(flow: Flow) -> Scopes:
    """The Loops around each task of a flow."""
    scopes: dict[str, tuple[str, ...]] = {}
    for tasks in (
        flow.tasks,
        flow.errors,
        flow.finally_tasks,
        *(listener.tasks for listener in flow.listeners),
        flow.after_execution,
    ):
        _find(tasks, (), scopes)
    return scopes


def check_loop_scopes(mention: Mention, scopes: Scopes, known: Known, context: Context) -> None:
    """Report what is mentioned outside of the Loop in which it is seen."""
    own = scopes.get(mention.task_id, ())
    place = known.places.get(mention.task_id)
    is_in_other_loop = place is not None and is_in_loop(place) and not own
    if is_in_other_loop and "item" in mention.references.roots:
        message = "`item` exists in the tasks of a Loop only"
        hint = "In a ForEach the value is `taskrun.value`."
        warn(context, mention, ("item",), Code.UNKNOWN_ROOT, message, hint)
    for task_id in sorted({path[0] for path in mention.references.outputs}):
        _check_output(mention, task_id, own, scopes, context)


def _check_output(
    mention: Mention, task_id: str, own: tuple[str, ...], scopes: Scopes, context: Context
) -> None:
    there = scopes.get(task_id, ())
    if own[: len(there)] == there:
        return
    loop_id = next(one for place, one in enumerate(there) if own[place : place + 1] != (one,))
    message = f"The outputs of `{task_id}` are seen inside the Loop `{loop_id}` only"
    hint = f"Declare `outputs` of the Loop and read `outputs.{loop_id}.outputs`."
    warn(context, mention, ("outputs", task_id), Code.UNKNOWN_OUTPUT, message, hint)


def _find(
    tasks: Iterable[Task], around: tuple[str, ...], scopes: dict[str, tuple[str, ...]]
) -> None:
    for task in tasks:
        scopes.setdefault(task.id, around)
        for below in task.branches.values():
            inner = (*around, task.id) if task.type == LOOP_TYPE else around
            _find(below, inner, scopes)
