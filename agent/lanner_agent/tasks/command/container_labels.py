"""Labels by which people find the container of a task."""

from __future__ import annotations

from lanner_agent.tasks.contract import TaskIdentity


def labels_of(identity: TaskIdentity) -> dict[str, str]:
    """Labels of an attempt's container, under Lanner's names and under Kestra's."""
    facts = {
        "namespace": identity.namespace,
        "flow-id": identity.flow_id,
        "task-id": identity.task_id,
        "execution-id": identity.execution_id,
        "taskrun-id": identity.task_run_id,
        "taskrun-attempt": str(identity.attempt_number),
    }
    prefixes = ("lanner.dev", "kestra.io")
    return {f"{prefix}/{name}": fact for prefix in prefixes for name, fact in facts.items()}
