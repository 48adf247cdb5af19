"""Which task and trigger types exist: those of the coordinator and those that agents offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lanner_coordinator.flow.model import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDescription:
    """One task or trigger type.

    Attributes:
        name: Canonical name, `io.kestra.plugin.…`.
        kind: Where its work is done; absent: a trigger type.
        aliases: Other names of the same type.
        description: First line a sentence; Markdown.
        properties_schema: JSON Schema (draft 2020-12) of the type's own properties, as parsed JSON.
        outputs_schema: JSON Schema of its outputs.
        branches: Properties that hold tasks; only for flowables.
        examples: YAML texts.
    """

    name: str
    kind: TaskKind | None
    aliases: Sequence[str] = ()
    description: str = ""
    properties_schema: Mapping[str, object] = field(default_factory=dict)
    outputs_schema: Mapping[str, object] = field(default_factory=dict)
    branches: Sequence[str] = ()
    examples: Sequence[str] = ()


class Catalog(Protocol):
    """All types known now."""

    @property
    def has_agent_types(self) -> bool:
        """Whether any agent has offered its types yet.

        Until then an unknown type may still turn up.
        """

    def task_type(self, name: str) -> TypeDescription | None:
        """The task type of a canonical or alias name, with or without `io.kestra.plugin.`."""

    def trigger_type(self, name: str) -> TypeDescription | None:
        """The trigger type of a name, as `task_type`."""

    def task_types(self) -> Iterable[TypeDescription]:
        """All task types."""

    def trigger_types(self) -> Iterable[TypeDescription]:
        """All trigger types."""
