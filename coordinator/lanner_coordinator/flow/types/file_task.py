"""Describes native tasks on files, all in the same way."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.schemas import Schema, record


def file_task(
    name: str,
    description: str,
    example: str,
    *,
    properties: Schema,
    outputs: Mapping[str, Schema],
) -> TypeDescription:
    """A native task; `example` is the YAML below its id and type."""
    return TypeDescription(
        name=name,
        kind=TaskKind.NATIVE,
        description=description,
        properties_schema=properties,
        outputs_schema=record((), **outputs),
        examples=(f"id: files\ntype: {name}\n{example}",),
    )
