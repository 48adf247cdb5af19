"""`core.flow.ForEachItem`: a flow for each batch of a file's items.

It stands for three tasks that run one after the other: `<id>_split` splits the file, `<id>_items`
runs one execution for each batch, `<id>_merge` merges their outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.flow.types.schemas import PREFIX, Schema, record, text
from lanner_coordinator.flow.types.subflow import child_properties

FOR_EACH_ITEM_TYPE = f"{PREFIX}core.flow.ForEachItem"
"""Canonical name of the type."""

SPLIT_TYPE = f"{FOR_EACH_ITEM_TYPE}$ForEachItemSplit"
ITEMS_TYPE = f"{FOR_EACH_ITEM_TYPE}$ForEachItemExecutable"
MERGE_TYPE = f"{FOR_EACH_ITEM_TYPE}$ForEachItemMergeOutputs"

SPLIT = "split"
ITEMS = "items"
MERGE = "merge"

_BATCH: Schema = {
    **record(
        rows={
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}],
            "description": "Lines of each batch; absent: 1.",
        },
        bytes=text("Size of each batch, `10MB`, in place of `rows`."),
        partitions={
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}],
            "description": "Number of batches, in place of `rows`.",
        },
        regexPattern=text(
            "A batch for each text that the first group finds, in place of `rows`; items in which "
            "it finds none are left out."
        ),
        separator=text("Between the items; absent: a new line."),
    ),
    "description": "How large a batch is.",
}

PROPERTIES: Schema = record(
    ["items", "namespace", "flowId"],
    items=text("URI of the file. A `.csv` has a header, which each batch gets too."),
    batch=_BATCH,
    **child_properties(),
)
"""Of the type."""


def part_id(task_id: str, part: str) -> str:
    """Id of a part of a ForEachItem."""
    return f"{task_id}_{part}"


def whole_id(id_of_part: str) -> str:
    """Id of the ForEachItem that a part belongs to."""
    return id_of_part.rpartition("_")[0]


def with_parts(task: Task) -> Task:
    """A ForEachItem as the engine runs it: over its three parts."""
    asked = dict(task.properties)
    of_split: dict[str, object] = {
        name: asked.pop(name) for name in ("items", "batch") if name in asked
    }
    parts = (
        _part(task, SPLIT, SPLIT_TYPE, TaskKind.NATIVE, of_split),
        _part(task, ITEMS, ITEMS_TYPE, TaskKind.SUBFLOW, asked),
        _part(task, MERGE, MERGE_TYPE, TaskKind.NATIVE, {}),
    )
    return replace(task, properties={}, branches={**task.branches, "tasks": parts})


def _part(
    task: Task, part: str, type_name: str, kind: TaskKind, properties: Mapping[str, object]
) -> Task:
    return Task(
        id=part_id(task.id, part),
        type=type_name,
        kind=kind,
        properties=properties,
        log_level=task.log_level,
        position=task.position,
    )
