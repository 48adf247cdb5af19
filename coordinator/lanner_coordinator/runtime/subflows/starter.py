"""The first event of a child: its flow, inputs, labels and what it knows of its parent."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.children import Ancestor
from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.labels import (
    CORRELATION_LABEL,
    SYSTEM_PREFIX,
    merged_labels,
)
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.subflows.wish import CHILD_PROPERTIES, SubflowWish, read_wish

DEEPEST = 100
"""Executions that may have started each other; a flow that starts itself for ever ends here."""


class SubflowStarter:
    """Makes children's first events."""

    def __init__(self, *, rendering: Rendering, resolver: InputResolver, ids: IdFactory) -> None:
        self._rendering = rendering
        self._resolver = resolver
        self._ids = ids

    def wish(self, entry: LiveEntry, run: TaskRun) -> SubflowWish:
        """What the task asks for.

        Raises:
            ExpressionError: A property cannot be rendered.
            ValueError: What they say makes no sense.
        """
        return read_wish(self._rendering.properties(entry, run, without=CHILD_PROPERTIES))

    def first_event(
        self, parent: Execution, run: TaskRun, task_type: str, wish: SubflowWish, plan: Plan
    ) -> ExecutionCreated:
        """The first event of a child.

        Raises:
            InvalidRequest: Inputs or labels are wrong, or it would be nested too deep.
            NotAllowed: Its flow is disabled.
        """
        if plan.flow.is_disabled:
            raise NotAllowed(f"flow {wish.namespace}/{wish.flow_id} is disabled: it starts nothing")
        if len(parent.lineage) >= DEEPEST:
            raise InvalidRequest(
                f"{DEEPEST} executions have started each other already: "
                "a flow that starts itself needs a condition that ends it"
            )
        execution_id = self._ids.new_id()
        return ExecutionCreated(
            execution_id=execution_id,
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            flow_revision=plan.revision,
            inputs=self._resolver.resolve(plan, wish.inputs, execution_id),
            labels=_labels(parent, wish, plan, execution_id),
            trigger=TriggerInfo(
                kind="subflow", id=run.task_id, type=task_type, variables=_variables(parent, run)
            ),
            schedule_at=wish.schedule_at,
            parent_run_id=run.id,
            lineage=(
                Ancestor(
                    execution_id=parent.id, namespace=parent.namespace, flow_id=parent.flow_id
                ),
                *parent.lineage,
            ),
        )


def _labels(parent: Execution, wish: SubflowWish, plan: Plan, execution_id: str) -> dict[str, str]:
    inherited: Mapping[str, str] = parent.labels if wish.inherits_labels else {}
    own = {name: text for name, text in inherited.items() if not name.startswith(SYSTEM_PREFIX)}
    labels = merged_labels(plan.flow.labels, {**own, **wish.labels}, execution_id)
    return {**labels, CORRELATION_LABEL: parent.labels.get(CORRELATION_LABEL, parent.id)}


def _variables(parent: Execution, run: TaskRun) -> dict[str, object]:
    """`trigger.*` of the child."""
    variables: dict[str, object] = {
        "executionId": parent.id,
        "namespace": parent.namespace,
        "flowId": parent.flow_id,
        "flowRevision": parent.flow_revision,
        "taskRunId": run.id,
    }
    if run.value is not None:
        variables["taskRunValue"] = run.value
    if run.iteration is not None:
        variables["taskRunIteration"] = run.iteration
    return variables
