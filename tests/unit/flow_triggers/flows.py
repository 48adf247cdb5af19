"""Flows for tests of flow triggers."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.execution import Execution
from tests.support.services_stage import NAMESPACE, Services


def upstream(
    flow_id: str, *, task: str = "{type: core.log.Log, message: hi}", more: str = ""
) -> str:
    """A flow with one task that others listen to."""
    return f"id: {flow_id}\nnamespace: {NAMESPACE}\n{more}\ntasks:\n  - {{id: work, {task[1:]}\n"


def failing(flow_id: str) -> str:
    """A flow that fails."""
    return upstream(flow_id, task="{type: core.execution.Fail, errorMessage: no}")


def listener(trigger: str, flow_id: str = "after", *, more: str = "") -> str:
    """A flow with a flow trigger `seen`, which has these properties."""
    lines = "\n".join(f"    {line}" for line in trigger.strip().splitlines())
    return (
        f"id: {flow_id}\nnamespace: {NAMESPACE}\n{more}\n"
        "tasks:\n  - {id: say, type: core.log.Log, message: '{{ trigger.executionId }}'}\n"
        f"triggers:\n  - id: seen\n    type: core.trigger.Flow\n{lines}\n"
    )


async def of_flow(on: Services, flow_id: str = "after") -> Sequence[Execution]:
    """Executions of a flow, oldest first."""
    rows = [row for row in await on.all_summaries() if row.flow_id == flow_id]
    return [await on.execution(row.id) for row in rows]


async def run(on: Services, flow_id: str) -> str:
    """Run a flow to its end, and let those that listen react."""
    execution_id = await on.create(flow_id)
    await on.ended(execution_id)
    await on.settle()
    return execution_id
