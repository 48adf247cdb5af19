"""Checks that what expressions refer to can exist where they stand.

Only what is certain is reported: a text that guards itself (`??`, `is defined`, `default`, tags) is
left alone, and so is everything that depends on a task of unknown type. These are warnings: the
flow can run, and the task fails when the text is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Flow, all_tasks
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.reading.loop_scopes import check_loop_scopes, loop_scopes
from lanner_coordinator.flow.reading.output_mentions import check_outputs
from lanner_coordinator.flow.reading.roots import ROOTS, meant_instead
from lanner_coordinator.flow.reading.spots import Known, warn
from lanner_coordinator.flow.reading.task_order import is_in_loop, places_of
from lanner_coordinator.flow.suggest import did_you_mean
from lanner_coordinator.flow.types.variables import SET_VARIABLES

_GUARDS = re.compile(r"\?\?|\bdefined\b|\bdefault\b|\{%|\bis\s+(?:not\s+)?(?:null|empty)\b")
_OF_LOOPS: Final = (("taskrun", "value"), ("item",))
"""What only tasks in a loop see."""


def check_mentions(flow: Flow, context: Context) -> None:
    """Report mentions of inputs, variables and outputs that cannot exist."""
    inputs = frozenset(
        tuple(each.id.split(".")) for one in flow.inputs for each in (one, *one.fields)
    )
    known = Known(
        inputs=inputs,
        input_groups=frozenset(parts[:end] for parts in inputs for end in range(1, len(parts))),
        variables=[*flow.variables, *_set_later(flow)],
        tasks={task.id: task for task in all_tasks(flow)},
        places=places_of(flow),
    )
    _check_given(known, context)
    scopes = loop_scopes(flow)
    for mention in context.expressions.mentions:
        if mention.part == "trigger":
            _check_trigger(mention, context)
        if mention.is_in_trigger or _GUARDS.search(mention.node.text):
            continue
        _check_inputs(mention, known, context)
        _check_roots(mention, known, context)
        _check_loops(mention, known, context)
        _check_defaults(mention, flow, context)
        if not context.opaque_tasks:
            _check_variables(mention, known, context)
            check_outputs(mention, known, context)
            check_loop_scopes(mention, scopes, known, context)


def _set_later(flow: Flow) -> Iterator[str]:
    """Variables that tasks set."""
    for task in all_tasks(flow):
        values = task.properties.get("variables")
        if task.type == SET_VARIABLES and isinstance(values, Mapping):
            yield from (str(name) for name in values)


def _check_given(known: Known, context: Context) -> None:
    """Report values that triggers give for inputs which the flow does not have."""
    names = [".".join(parts) for parts in known.inputs]
    for holder in context.given_inputs:
        for key, node in holder.keys.items():
            if tuple(key.split(".")) not in known.inputs | known.input_groups:
                message = f"The flow has no input `{key}`, so nobody reads this value"
                hint = did_you_mean(key, names)
                context.report.warn(Code.UNKNOWN_INPUT, message, node, hint=hint)


def _check_trigger(mention: Mention, context: Context) -> None:
    for path in sorted(mention.references.outputs):
        message = f"`outputs.{path[0]}` does not exist here: a trigger starts before any task runs"
        warn(context, mention, ("outputs", path[0]), Code.OUTPUT_TOO_EARLY, message, "")


def _check_inputs(mention: Mention, known: Known, context: Context) -> None:
    for path in sorted(mention.references.inputs):
        if path in known.input_groups or any(
            path[:end] in known.inputs for end in range(1, len(path) + 1)
        ):
            continue
        names = [".".join(parts) for parts in known.inputs]
        message = f"The flow has no input `{path[0]}`"
        hint = did_you_mean(path[0], names)
        warn(context, mention, ("inputs", path[0]), Code.UNKNOWN_INPUT, message, hint)


def _check_defaults(mention: Mention, flow: Flow, context: Context) -> None:
    """Report what an input reads that comes after it, unless it says that it depends on it."""
    if mention.part != "inputs":
        return
    missing = _not_read_before(mention.name, flow)
    for path in sorted(mention.references.inputs):
        starts = (path[:end] for end in range(1, len(path) + 1))
        found = next((one for one in starts if ".".join(one) in missing), None)
        if found is not None:
            name = ".".join(found)
            message = f"`inputs.{name}` does not exist yet: inputs are read from the top down"
            hint = f"Move it above `{mention.name}`, or name it in `dependsOn` there."
            warn(context, mention, ("inputs", *found), Code.OUTPUT_TOO_EARLY, message, hint)


def _not_read_before(input_id: str, flow: Flow) -> set[str]:
    """Ids of inputs that have no value yet when one is read."""
    by_id = {one.id: one for one in flow.inputs}
    missing, pending = set(by_id), list[str]()
    for one in flow.inputs:
        pending.extend(one.depends_on)
        if one.id == input_id:
            break
        pending.append(one.id)
    while pending:
        name = pending.pop()
        if name in missing:
            missing.discard(name)
            pending.extend(by_id[name].depends_on)
    return missing


def _check_variables(mention: Mention, known: Known, context: Context) -> None:
    for path in sorted(mention.references.vars):
        if path[0] not in known.variables:
            message = f"The flow has no variable `{path[0]}`"
            hint = did_you_mean(path[0], known.variables)
            warn(context, mention, ("vars", path[0]), Code.UNKNOWN_VARIABLE, message, hint)


def _check_roots(mention: Mention, known: Known, context: Context) -> None:
    for name in sorted(mention.references.roots - ROOTS.keys()):
        own = {
            "inputs": {parts[0] for parts in known.inputs},
            "vars": set(known.variables),
            "outputs": set(known.tasks),
        }
        meant = meant_instead(name, own)
        if meant:
            message, hint = f"There is no variable `{name}`", f"Did you mean `{meant}`?"
            warn(context, mention, (name,), Code.UNKNOWN_ROOT, message, hint)


def _check_loops(mention: Mention, known: Known, context: Context) -> None:
    place = known.places.get(mention.task_id)
    if place is None or is_in_loop(place):
        return
    for path in sorted(mention.references.paths):
        found = next((one for one in _OF_LOOPS if path[: len(one)] == one), None)
        if found is not None:
            name = ".".join(found)
            message = f"`{name}` does not exist here: the task stands in no loop"
            warn(context, mention, found, Code.UNKNOWN_ROOT, message, "Read it in a loop's tasks.")
