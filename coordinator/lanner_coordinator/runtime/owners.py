"""Who an execution is to the artifact storage."""

from __future__ import annotations

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.runtime.artifacts import Owner


def owner_of(execution: Execution) -> Owner:
    """An execution as owner of artifacts, with those that started it."""
    return Owner(
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
        ancestors=tuple(
            Owner(namespace=one.namespace, flow_id=one.flow_id, execution_id=one.execution_id)
            for one in execution.lineage
        ),
    )
