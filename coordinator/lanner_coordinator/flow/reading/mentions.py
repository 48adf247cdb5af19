"""Checks that what expressions refer to can exist where they stand.

Only what is certain is reported: a text that guards itself (`??`, `is defined`, `default`, tags) is
left alone, and so is everything that depends on a task of unknown type. These are warnings: the
flow can run, and the task fails when the text is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Flow, Task
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.suggest import did_you_mean

_GUARDS = re.compile(r"\?\?|\bdefined\b|\bdefault\b|\{%|\bis\s+(?:not\s+)?(?:null|empty)\b")
_IN_ORDER = frozenset({"Sequential", "AllowFailure", "If", "Switch"})
"""Types whose children run one after the other, each at most once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a flow defines.

    Attributes:
        inputs: Ids of inputs, split at their dots.
        input_groups: Starts of those ids: `inputs.a` where there is an input `a.b`.
        variables: Names of variables.
        places: Where each task stands: the steps from the top down to it.
    """

    inputs: frozenset[Sequence[str]]
    input_groups: frozenset[Sequence[str]]
    variables: Sequence[str]
    places: Mapping[str, Sequence[_Step]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One level on the way down to a task.

    Attributes:
        holder: The branch of a flowable, or the section of the flow.
        index: In the branch.
        rank: Branches of one flowable with a higher rank run after those with a lower one.
        is_ordered: Whether the tasks of the branch run one after the other, once.
    """

    holder: str
    index: int
    rank: int
    is_ordered: bool


def check_mentions(flow: Flow, context: Context) -> None:
    """Report mentions of inputs, variables and outputs that cannot exist."""
    inputs = frozenset(tuple(one.id.split(".")) for one in flow.inputs)
    known = _Known(
        inputs=inputs,
        input_groups=frozenset(parts[:end] for parts in inputs for end in range(1, len(parts))),
        variables=list(flow.variables),
        places=_places(flow),
    )
    for mention in context.expressions.mentions:
        if mention.is_in_trigger or _GUARDS.search(mention.node.text):
            continue
        _check_inputs(mention, known, context)
        if not context.opaque_tasks:
            _check_variables(mention, known, context)
            _check_outputs(mention, known, context)


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


def _check_outputs(mention: Mention, known: _Known, context: Context) -> None:
    own = known.places.get(mention.task_id)
    for task_id in sorted({path[0] for path in mention.references.outputs}):
        other = known.places.get(task_id)
        if other is None:
            context.report.warn(
                Code.UNKNOWN_OUTPUT,
                f"The flow has no task `{task_id}`, so `outputs.{task_id}` does not exist",
                mention.node,
                hint=did_you_mean(task_id, known.places),
            )
        elif own is not None and _is_later(own, other):
            context.report.warn(
                Code.OUTPUT_TOO_EARLY,
                f"`outputs.{task_id}` does not exist yet: the task runs after this one",
                mention.node,
                hint=f"Move the task `{task_id}` before `{mention.task_id}`.",
            )


def _is_later(own: Sequence[_Step], other: Sequence[_Step]) -> bool:
    """Whether a task surely runs after another one."""
    for mine, theirs in zip(own, other, strict=False):
        if mine == theirs:
            if not mine.is_ordered:
                return False
            continue
        if mine.holder != theirs.holder:
            return mine.rank < theirs.rank
        return mine.is_ordered and mine.index < theirs.index
    return False


def _places(flow: Flow) -> Mapping[str, Sequence[_Step]]:
    places: dict[str, Sequence[_Step]] = {}
    sections = (flow.tasks, flow.errors, flow.finally_tasks, flow.after_execution)
    for rank, tasks in enumerate(sections):
        _place(tasks, f"section {rank}", rank, True, (), places)
    return places


def _place(
    tasks: Iterable[Task],
    holder: str,
    rank: int,
    is_ordered: bool,
    above: Sequence[_Step],
    places: dict[str, Sequence[_Step]],
) -> None:
    for index, task in enumerate(tasks):
        step = _Step(holder=holder, index=index, rank=rank, is_ordered=is_ordered)
        steps = (*above, step)
        places.setdefault(task.id, steps)
        name = task.type.rpartition(".")[2]
        for branch, below in task.branches.items():
            late = {"errors": 1, "finally": 2}.get(branch, 0)
            ordered = late > 0 or name in _IN_ORDER
            _place(below, f"{task.id}.{branch}", late, ordered, steps, places)
