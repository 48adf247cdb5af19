"""Checks that outputs which expressions read can be there when they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.reading.spots import Known, warn
from lanner_coordinator.flow.reading.task_order import (
    Place,
    is_after_outputs,
    is_beside,
    is_instead,
    is_later,
    runs_once,
)
from lanner_coordinator.flow.suggest import choices, did_you_mean
from lanner_coordinator.flow.types.flowables import asked_by


def check_outputs(mention: Mention, known: Known, context: Context) -> None:
    """Report outputs and states of tasks that cannot be there."""
    if mention.part == "inputs":
        for path in sorted(mention.references.outputs):
            message = f"`outputs.{path[0]}` does not exist here: no task has run yet"
            warn(context, mention, ("outputs", path[0]), Code.OUTPUT_TOO_EARLY, message, "")
        return
    for root, paths in (
        ("outputs", mention.references.outputs),
        ("tasks", mention.references.tasks),
    ):
        for task_id in sorted({path[0] for path in paths}):
            if task_id not in known.places:
                message = f"The flow has no task `{task_id}`, so `{root}.{task_id}` does not exist"
                hint = did_you_mean(task_id, known.places)
                warn(context, mention, (root, task_id), Code.UNKNOWN_OUTPUT, message, hint)
            elif root == "outputs":
                _check_task(mention, task_id, known, context)


def _check_task(mention: Mention, task_id: str, known: Known, context: Context) -> None:
    other = known.places[task_id]
    own = known.places.get(mention.task_id)
    why, hint = _why_missing(mention, task_id, own, other, context)
    if why:
        # What runs elsewhere is missing for good, all else is missing as yet.
        when = "yet" if hint.startswith(("Move", "Read")) else "here"
        message = f"`outputs.{task_id}` does not exist {when}: {why}"
        warn(context, mention, ("outputs", task_id), Code.OUTPUT_TOO_EARLY, message, hint)
    else:
        _check_keys(mention, task_id, other, known, context)


def _why_missing(
    mention: Mention, task_id: str, own: Place | None, other: Place, context: Context
) -> tuple[str, str]:
    """Why an output is not there, and what to do; empty: it may be there."""
    idle = context.idle_tasks.get(task_id)
    if idle and mention.task_id not in context.idle_tasks:
        return idle, f"Guard it: `outputs.{task_id} ?? ''`, or let the task run."
    if own is None:
        if mention.part == "outputs" and is_after_outputs(other):
            return "the task runs after the flow's outputs are made", ""
        return "", ""
    if task_id == mention.task_id and runs_once(own):
        return "a task cannot read its own outputs", "Read them in a task behind it."
    if is_later(own, other):
        hint = f"Move the task `{task_id}` before `{mention.task_id}`."
        return "the task runs after this one", hint
    if is_instead(own, other):
        hint = "Guard it: `?? ''`, or read it in this branch only."
        return "the task stands in a branch that runs instead of this one", hint
    if is_beside(own, other):
        why = "the two tasks run at the same time, and nothing makes this one wait"
        return why, "Read it behind both, or put it into `dependsOn` of a Dag."
    return "", ""


def _check_keys(
    mention: Mention, task_id: str, place: Place, known: Known, context: Context
) -> None:
    """Report an output that a task of this type never writes."""
    task = known.tasks[task_id]
    found = context.catalog.task_type(task.type)
    # In a loop, the key behind the task id is the value of the iteration.
    if found is None or not runs_once(place) or _may_write_anything(found):
        return
    properties = found.outputs_schema.get("properties")
    names = list(properties) if isinstance(properties, Mapping) else []
    asked = [one.id.partition(".")[0] for one in task.inputs]
    # What a person was asked for is an output of the same name.
    holder = asked_by(found.name)
    for path in sorted(mention.references.outputs):
        if len(path) < 2 or path[0] != task_id:
            continue
        if path[1] not in names:
            what = f"`{found.name}` has no output `{path[1]}`; it has {choices(names) or 'none'}"
            _unknown_key(mention, path[:2], what, names, context)
        elif path[1] == holder and len(path) > 2 and path[2] not in asked:
            what = f"`{task_id}` asks for no `{path[2]}`; it asks for {choices(asked) or 'nothing'}"
            _unknown_key(mention, path[:3], what, asked, context)


def _may_write_anything(description: TypeDescription) -> bool:
    # The coordinator's own types tell all that they write: one that tells nothing writes nothing.
    if description.kind is TaskKind.NATIVE and not description.outputs_schema:
        return False
    return bool(description.outputs_schema.get("additionalProperties", True))


def _unknown_key(
    mention: Mention, path: Sequence[str], message: str, names: Sequence[str], context: Context
) -> None:
    hint = did_you_mean(path[-1], names)
    warn(context, mention, ("outputs", *path), Code.UNKNOWN_OUTPUT_KEY, message, hint)
