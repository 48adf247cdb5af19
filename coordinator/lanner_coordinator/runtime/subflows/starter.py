"""The first event of a child: its flow, inputs, labels and what it knows of its parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lanner_coordinator.engine.children import Ancestor
from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression.sealed_names import value_of
from lanner_coordinator.flow.types.for_each_item import ITEMS_TYPE, SPLIT, part_id, whole_id
from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.errands.split import INDEX_MARK
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed
from lanner_coordinator.runtime.executions.checks import checked
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

    def wish(self, entry: LiveEntry, run: TaskRun, index: int) -> SubflowWish:
        """What the task asks for its child of this index.

        Raises:
            ExpressionError: A property cannot be rendered.
            ValueError: What they say makes no sense.
        """
        if entry.live.plan.tasks[run.task_id].task.type == ITEMS_TYPE:
            return self._batch(entry, run, index)
        asked = self._rendering.asked(entry, run, without=CHILD_PROPERTIES)
        return read_wish(asked.properties, asked.secrets)

    def _batch(self, entry: LiveEntry, run: TaskRun, index: int) -> SubflowWish:
        """The child of a batch: its inputs see the batch as `taskrun.items`."""
        split = _outputs_beside(entry, run)
        count = int(shown(split.get("numberOfBatches")) or 0)
        if not count:
            return SubflowWish(namespace="", flow_id="", count=0)
        uri = shown(split.get("batch")).replace(INDEX_MARK, str(index))
        of_run = {"items": uri, "iteration": index}
        asked = self._rendering.asked(entry, run, of_run=of_run)
        wish = read_wish(asked.properties, asked.secrets)
        return replace(wish, count=count, iteration=index)

    def first_event(
        self, parent: Execution, run: TaskRun, task_type: str, wish: SubflowWish, plan: Plan
    ) -> ExecutionCreated:
        """The first event of a child.

        Raises:
            InvalidRequest: Inputs or labels are wrong, or it would be nested too deep.
            Blocked: A check of its flow does not hold.
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
        event = ExecutionCreated(
            execution_id=execution_id,
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            flow_revision=plan.revision,
            inputs=self._resolver.resolve(plan, wish.inputs, execution_id, secrets=wish.secrets),
            labels=_labels(parent, wish, plan, execution_id),
            trigger=TriggerInfo(
                kind="subflow",
                id=run.task_id,
                type=task_type,
                variables=_variables(parent, run, wish),
            ),
            schedule_at=wish.schedule_at,
            parent_run_id=run.id,
            lineage=(
                Ancestor(
                    execution_id=parent.id, namespace=parent.namespace, flow_id=parent.flow_id
                ),
                *parent.lineage,
            ),
            trigger_depth=parent.trigger_depth,
        )
        return checked(event, plan, self._resolver)


def _labels(parent: Execution, wish: SubflowWish, plan: Plan, execution_id: str) -> dict[str, str]:
    inherited: Mapping[str, str] = parent.labels if wish.inherits_labels else {}
    own = {name: text for name, text in inherited.items() if not name.startswith(SYSTEM_PREFIX)}
    labels = merged_labels(plan.flow.labels, {**own, **wish.labels}, execution_id)
    return {**labels, CORRELATION_LABEL: parent.labels.get(CORRELATION_LABEL, parent.id)}


def _variables(parent: Execution, run: TaskRun, wish: SubflowWish) -> dict[str, object]:
    """`trigger.*` of the child."""
    variables: dict[str, object] = {
        "executionId": parent.id,
        "namespace": parent.namespace,
        "flowId": parent.flow_id,
        "flowRevision": parent.flow_revision,
        "taskRunId": run.id,
    }
    if run.value is not None:
        variables["taskRunValue"] = value_of(run.value)
    iteration = run.iteration if wish.iteration is None else wish.iteration
    if iteration is not None:
        variables["taskRunIteration"] = iteration
    return variables


def _outputs_beside(entry: LiveEntry, run: TaskRun) -> Mapping[str, object]:
    """Outputs of the split that came before these batches."""
    found = entry.live.outputs_for(run).get(part_id(whole_id(run.task_id), SPLIT))
    for step in entry.live.path_for(run):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
