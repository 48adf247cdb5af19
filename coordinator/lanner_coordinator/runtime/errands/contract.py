"""What an errand is asked and what it must hold to.

It runs when the beginning of its attempt is durable and once more after a crash, so that doing it
twice must come to the same. Memory does not grow with what it reads or writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an errand is to do.

    Attributes:
        owner: The execution.
        task_id: The task.
        task_run_id: Its task run.
        properties: Rendered.
        secrets: Texts of the properties that must not come into an error.
        raw: Properties that the errand renders by itself, for each item.
        child_ids: Executions that the task run beside it started and waited for.
    """

    owner: Owner
    task_id: str
    task_run_id: str
    properties: Mapping[str, object] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    raw: Mapping[str, object] = field(default_factory=dict)
    child_ids: Sequence[str] = ()


class Errand(Protocol):
    """The work of one task type."""

    async def run(self, request: Request) -> NativeResult:
        """Do it.

        Raises:
            ArtifactError, CoordinatorError, OSError, ValueError: It fails; the text says why.
            StoreError: It is tried again later.
        """
