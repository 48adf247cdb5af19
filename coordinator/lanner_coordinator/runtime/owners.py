"""Who an execution is to the artifact storage."""

from __future__ import annotations

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.runtime.artifacts import Owner


def owner_of(execution: Execution) -> Owner:
    """An execution as owner of artifacts, with those that started it or that it repeats."""
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
        ancestors=(*started, *repeated),
    )
