"""Checks that what expressions refer to can exist where they stand.

Only what is certain is reported: a text that guards itself (`??`, `is defined`, `default`, tags) is
left alone, and so is everything that depends on a task of unknown type. These are warnings: the
flow can run, and the task fails when the text is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Flow, Task, all_tasks
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.reading.roots import ROOTS, meant_instead
from lanner_coordinator.flow.reading.task_order import (
    Place,
    is_instead,
    is_later,
    places_of,
    runs_once,
)
from lanner_coordinator.flow.suggest import choices, did_you_mean
from lanner_coordinator.flow.types.variables import SET_VARIABLES

_GUARDS = re.compile(r"\?\?|\bdefined\b|\bdefault\b|\{%|\bis\s+(?:not\s+)?(?:null|empty)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a flow defines.

    Attributes:
        inputs: Ids of inputs, split at their dots.
        input_groups: Starts of those ids: `inputs.a` where there is an input `a.b`.
        variables: Names of variables.
        tasks: Every task by id.
        places: Where each task stands.
    """

    inputs: frozenset[Sequence[str]]
    input_groups: frozenset[Sequence[str]]
    variables: Sequence[str]
    tasks: Mapping[str, Task]
    places: Mapping[str, Place]


def check_mentions(flow: Flow, context: Context) -> None:
    """Report mentions of inputs, variables and outputs that cannot exist."""
    inputs = frozenset(tuple(one.id.split(".")) for one in flow.inputs)
    known = _Known(
        inputs=inputs,
        input_groups=frozenset(parts[:end] for parts in inputs for end in range(1, len(parts))),
        variables=[*flow.variables, *_set_later(flow)],
        tasks={task.id: task for task in all_tasks(flow)},
        places=places_of(flow),
    )
    for mention in context.expressions.mentions:
        if mention.is_in_trigger or _GUARDS.search(mention.node.text):
            continue
        _check_inputs(mention, known, context)
        _check_roots(mention, known, context)
        if not context.opaque_tasks:
            _check_variables(mention, known, context)
            _check_outputs(mention, known, context)


def _set_later(flow: Flow) -> Iterator[str]:
    """Variables that tasks set."""
    for task in all_tasks(flow):
        values = task.properties.get("variables")
        if task.type == SET_VARIABLES and isinstance(values, Mapping):
            yield from (str(name) for name in values)


def _check_inputs(mention: Mention, known: _Known, context: Context) -> None:
    for path in sorted(mention.references.inputs):
        if path in known.input_groups or any(
            path[:end] in known.inputs for end in range(1, len(path) + 1)
        ):
            continue
        names = [".".join(parts) for parts in known.inputs]
        context.report.warn(
            Code.UNKNOWN_INPUT,
            f"The flow has no input `{path[0]}`",
            mention.node,
            hint=did_you_mean(path[0], names),
        )


def _check_variables(mention: Mention, known: _Known, context: Context) -> None:
    for path in sorted(mention.references.vars):
        if path[0] not in known.variables:
            context.report.warn(
                Code.UNKNOWN_VARIABLE,
                f"The flow has no variable `{path[0]}`",
                mention.node,
                hint=did_you_mean(path[0], known.variables),
            )


def _check_roots(mention: Mention, known: _Known, context: Context) -> None:
    for name in sorted(mention.references.roots - ROOTS.keys()):
        own = {
            "inputs": {parts[0] for parts in known.inputs},
            "vars": set(known.variables),
            "outputs": set(known.tasks),
        }
        meant = meant_instead(name, own)
        if meant:
            context.report.warn(
                Code.UNKNOWN_ROOT,
                f"There is no variable `{name}`",
                mention.node,
                hint=f"Did you mean `{meant}`?",
            )


def _check_outputs(mention: Mention, known: _Known, context: Context) -> None:
    for task_id in sorted({path[0] for path in mention.references.outputs}):
        other = known.places.get(task_id)
        if other is None:
            context.report.warn(
                Code.UNKNOWN_OUTPUT,
                f"The flow has no task `{task_id}`, so `outputs.{task_id}` does not exist",
                mention.node,
                hint=did_you_mean(task_id, known.places),
            )
            continue
        own = known.places.get(mention.task_id)
        if own is None or not _is_too_early(mention, task_id, own, other, context):
            _check_keys(mention, task_id, other, known, context)


def _is_too_early(
    mention: Mention, task_id: str, own: Place, other: Place, context: Context
) -> bool:
    """Report an output that is not there yet, or never where this task runs."""
    if task_id == mention.task_id and runs_once(own):
        why = "a task cannot read its own outputs"
        hint = "Read them in a task behind it."
    elif is_later(own, other):
        why = "the task runs after this one"
        hint = f"Move the task `{task_id}` before `{mention.task_id}`."
    elif is_instead(own, other):
        why = "the task stands in a branch that runs instead of this one"
        hint = "Guard it: `?? ''`, or read it in this branch only."
    else:
        return False
    message = f"`outputs.{task_id}` does not exist yet: {why}"
    if "instead" in why:
        message = f"`outputs.{task_id}` does not exist here: {why}"
    context.report.warn(Code.OUTPUT_TOO_EARLY, message, mention.node, hint=hint)
    return True


def _check_keys(
    mention: Mention, task_id: str, place: Place, known: _Known, context: Context
) -> None:
    """Report an output that a task of this type never writes."""
    task = known.tasks[task_id]
    found = context.catalog.task_type(task.type)
    # In a loop, the key behind the task id is the value of the iteration.
    if (
        found is None
        or not runs_once(place)
        or found.outputs_schema.get("additionalProperties", True)
    ):
        return
    properties = found.outputs_schema.get("properties")
    names = list(properties) if isinstance(properties, Mapping) else []
    for path in sorted(mention.references.outputs):
        if len(path) > 1 and path[0] == task_id and path[1] not in names:
            hint = did_you_mean(path[1], names)
            context.report.warn(
                Code.UNKNOWN_OUTPUT_KEY,
                f"`{found.name}` has no output `{path[1]}`; it has {choices(names) or 'none'}",
                mention.node,
                hint=hint,
            )
