"""`core.flow.Loop`: tasks once for each value, each time by themselves.

An iteration is a task run of its own, over the tasks of the loop, so that its `errors` and
`finally` are its own too: the loop stands over a task `<id>_iteration`, which it starts once for
each value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lanner_coordinator.flow.model import FlowOutput, Task, TaskKind
from lanner_coordinator.flow.types.schemas import (
    PREFIX,
    Schema,
    any_map,
    boolean,
    one_of,
    record,
    text,
    whole,
)

LOOP_TYPE = f"{PREFIX}core.flow.Loop"
"""Canonical name of the type."""

ITERATION_TYPE = f"{LOOP_TYPE}$Iteration"
"""Type of its iterations."""

FETCH_TYPES = ("AUTO", "FETCH", "STORE")
"""Where the outputs of the iterations go."""

_WHOLE_NUMBER: Schema = {"type": "integer"}

PROPERTIES: Schema = record(
    ["values"],
    values={
        "description": "A list or a map, an expression or JSON text that gives one, or the URI of "
        "a file with a value in each line.",
        "anyOf": [{"type": "array"}, {"type": "string"}, any_map("A map gives an `item.key` too.")],
    },
    concurrencyLimit=whole("Iterations at the same time; 0: all.", default=1),
    transmitFailed={
        **boolean("Fail when an iteration fails, and begin no more; otherwise go on."),
        "default": True,
    },
    fetchType=one_of(
        "Where the outputs of the iterations go: FETCH into `outputs`, STORE into a file at `uri`, "
        "AUTO as the values come.",
        FETCH_TYPES,
        default="AUTO",
    ),
    outputs={
        "type": "array",
        "items": {"type": "object"},
        "description": "What each iteration gives, written as the outputs of a flow.",
    },
)
"""Of the type."""

OUTPUTS: Schema = record(
    iterationCount={**_WHOLE_NUMBER, "description": "Iterations in all."},
    runningIterations={**_WHOLE_NUMBER, "description": "Iterations that run."},
    terminatedIterations=any_map("How many ended, by state."),
    outputs={
        "type": "array",
        "items": {"type": "object"},
        "description": "`item` (`value`, `iteration`, `key`) and `outputs` of each iteration.",
    },
    uri=text("A file of the same, one JSON map in each line."),
)
"""Its outputs."""


def iteration_id(loop_id: str) -> str:
    """Id of the task that stands for the iterations of a loop."""
    return f"{loop_id}_iteration"


def with_iterations(loop: Task, outputs: Sequence[FlowOutput]) -> Task:
    """A Loop as the engine runs it: over its iterations, which have its tasks and its retry."""
    iteration = Task(
        id=iteration_id(loop.id),
        type=ITERATION_TYPE,
        kind=TaskKind.FLOWABLE,
        branches=loop.branches,
        outputs=outputs,
        retry=loop.retry,
        position=loop.position,
    )
    return replace(loop, retry=None, branches={"tasks": (iteration,)})
