"""Who an execution is to the artifact storage."""

from __future__ import annotations

from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.runtime.artifacts import Owner


def owner_of(execution: Execution) -> Owner:
    """An execution as owner of artifacts, with those that it may look into."""
    repeated = [
        Owner(namespace=execution.namespace, flow_id=execution.flow_id, execution_id=one)
        for one in execution.repeats
    ]
    started = [
        Owner(namespace=one.namespace, flow_id=one.flow_id, execution_id=one.execution_id)
        for one in execution.lineage
    ]
    return Owner(
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
        ancestors=(*started, *repeated, *set_off_by(execution.trigger)),
        children=_Children(execution),
    )


def set_off_by(trigger: TriggerInfo) -> list[Owner]:
    """The execution whose end a flow trigger waited for; only the engine names it."""
    if trigger.kind != "flow":
        return []
    variables = trigger.variables
    namespace, flow_id = variables.get("namespace"), variables.get("flowId")
    execution_id = variables.get("executionId")
    if not (
        isinstance(namespace, str) and isinstance(flow_id, str) and isinstance(execution_id, str)
    ):
        return []
    return [Owner(namespace=namespace, flow_id=flow_id, execution_id=execution_id)]


class _Children:
    """Ids of the executions that an execution has started, looked for when they are asked for."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def __contains__(self, execution_id: object) -> bool:
        return any(
            execution_id in run.attempt.children.ids
            for run in self._execution.task_runs.values()
            if run.attempt is not None and run.attempt.children is not None
        )
