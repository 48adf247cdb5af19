"""What the work of a task run is: that of its task, or of the task that a templated one says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import Attempt
from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.expression import render
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.flow.spec import read_spec
from lanner_coordinator.flow.types import storage, upkeep
from lanner_coordinator.runtime.effects import RenderingEffects
from lanner_coordinator.runtime.masking import mask

Types = Callable[[], Catalog]
"""The types known now."""


_RAW_PROPERTIES = {**storage.RAW_PROPERTIES, **upkeep.RAW_PROPERTIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of an attempt.

    Attributes:
        type: Canonical name.
        kind: Where it is done.
        properties: Unrendered.
        secrets: Texts in the properties that are to be masked in logs and errors.
    """

    type: str
    kind: TaskKind
    properties: Mapping[str, object]
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def raw(self) -> Mapping[str, object]:
        """Those of its properties that are rendered for each item, not for the task."""
        name = _RAW_PROPERTIES.get(self.type)
        return {} if name is None else {name: self.properties.get(name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a task run asks for, rendered.

    Attributes:
        type: Canonical name of its work's type.
        properties: Rendered.
        raw: Properties that are rendered for each item.
        secrets: Texts that are to be masked wherever the properties come into a log or an error.
    """

    type: str
    properties: Mapping[str, object] = field(repr=False)
    raw: Mapping[str, object]
    secrets: frozenset[str] = field(repr=False)


def work_of(
    task: Task, variables: Mapping[str, object], effects: RenderingEffects, types: Types
) -> Work:
    """The work of a task.

    Raises:
        ExpressionError: Its text cannot be rendered.
        ValueError: Its text says no task that can run in its place.
    """
    if task.kind is not TaskKind.TEMPLATED:
        return Work(type=task.type, kind=task.kind, properties=task.properties)
    rendered = render(task.properties.get("spec"), variables, effects)
    try:
        said = read_spec(str(rendered.value), task.id, types())
    except ValueError as error:
        raise ValueError(mask(str(error), rendered.secrets)) from error
    return Work(
        type=said.type,
        kind=said.kind,
        properties=said.properties,
        secrets=frozenset(rendered.secrets),
    )


def templating(attempt: Attempt, task: Task, work: Work) -> events.AttemptTemplated | None:
    """What the engine is told of the work of a templated task first; absent: it knows."""
    if task.kind is not TaskKind.TEMPLATED or attempt.task_kind is not None:
        return None
    return events.AttemptTemplated(attempt_id=attempt.id, task_type=work.type, task_kind=work.kind)


def own_types() -> Catalog:
    """The coordinator's own types, where no agent offers any."""
    return KnownTypes()
