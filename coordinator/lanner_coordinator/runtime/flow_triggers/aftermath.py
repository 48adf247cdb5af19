"""Tells which state changes of executions triggers wait for."""

from __future__ import annotations

from datetime import datetime

from lanner_coordinator.engine.execution import Execution, LiveExecution
from lanner_coordinator.flow.types.native_type import Toggle
from lanner_coordinator.runtime.schedule.records import TriggerRecords
from lanner_coordinator.store.records import PendingKind, PendingRecord


class TriggerAftermath:
    """Knows which triggers listen, and which stop after an execution of their own."""

    def __init__(self, records: TriggerRecords) -> None:
        self._records = records

    def of_change(self, live: LiveExecution, number: int) -> PendingRecord | None:
        """What a state change sets off; absent: nothing. The first state is no change."""
        execution = live.execution
        change = execution.changes[number]
        state = change.state.value
        if not number or not self._is_awaited(execution, state):
            return None
        return PendingRecord(
            id=f"{execution.id}/{PendingKind.STATE}/{number}",
            kind=PendingKind.STATE,
            at=change.at,
            execution_id=execution.id,
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            flow_revision=execution.flow_revision,
            state=state,
        )

    def of_toggle(
        self, live: LiveExecution, toggle: Toggle, attempt_id: str, at: datetime
    ) -> PendingRecord | None:
        """What a task asks of a trigger; absent: there is no such trigger."""
        namespace = toggle.namespace or live.execution.namespace
        flow_id = toggle.flow_id or live.execution.flow_id
        if self._records.get((namespace, flow_id, toggle.trigger_id)) is None:
            return None
        return PendingRecord(
            id=f"{live.execution.id}/{PendingKind.TOGGLE}/{attempt_id}",
            kind=PendingKind.TOGGLE,
            at=at,
            execution_id=live.execution.id,
            namespace=namespace,
            flow_id=flow_id,
            trigger_id=toggle.trigger_id,
            is_enabled=toggle.is_enabled,
        )

    def _is_awaited(self, execution: Execution, state: str) -> bool:
        if self._records.listeners.of(execution.namespace, execution.flow_id, state):
            return True
        own = self._records.get((execution.namespace, execution.flow_id, execution.trigger.id))
        return own is not None and state in own.stop_after
