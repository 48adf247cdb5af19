"""Kills another execution: `core.execution.Kill`."""

from __future__ import annotations

from typing import Protocol

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errors import CoordinatorError


class Killer(Protocol):
    """Kills executions."""

    async def kill(self, execution_id: str, by: str, *, spares_children: bool) -> None:
        """Ask for the end of an execution; one that is being killed already is left alone.

        Raises:
            CoordinatorError: It cannot be killed; says why.
        """


class Kill:
    """Kills by id."""

    def __init__(self, killer: Killer) -> None:
        self._killer = killer

    async def run(self, request: Request) -> NativeResult:
        """Ask for the end; the task does not wait for it."""
        execution_id = shown(request.properties.get("executionId")).strip()
        propagates = is_truthy(request.properties.get("propagateKill", True))
        by = f"task run {request.task_run_id}"
        try:
            await self._killer.kill(execution_id, by, spares_children=not propagates)
        except CoordinatorError as error:
            raise ValueError(str(error)) from error
        return NativeResult()
