"""Flows that start others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lanner_coordinator.flow.model import Flow, Retry, RetryType, Task, TaskKind
from lanner_coordinator.flow.types.subflow import SUBFLOW_TYPE
from tests.support.stage import CORE


def subflow(task_id: str, flow_id: str, *, settings: Any = None, **properties: object) -> Task:
    """A Subflow of a flow in the namespace `company`."""
    return Task(
        id=task_id,
        type=SUBFLOW_TYPE,
        kind=TaskKind.SUBFLOW,
        properties={"namespace": "company", "flowId": flow_id, **properties},
        **(settings or {}),
    )


def child_of(*tasks: Task, id: str = "child", **settings: Any) -> Flow:
    """A flow `company/child`."""
    return Flow(id=id, namespace="company", tasks=tasks, **settings)


def flaky(task_id: str, seconds: float = 1.0, failures: int = 1) -> Task:
    """A native task that succeeds after some failures, each followed by a wait."""
    return Task(
        id=task_id,
        type=f"{CORE}execution.Fail",
        kind=TaskKind.NATIVE,
        properties={"condition": f"{{{{ taskrun.attemptsCount < {failures} }}}}"},
        retry=Retry(
            type=RetryType.CONSTANT, interval=timedelta(seconds=seconds), max_attempts=failures + 1
        ),
    )
