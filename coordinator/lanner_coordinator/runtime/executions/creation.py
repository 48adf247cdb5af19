"""Executions are created: by people and services here, by triggers through the same door."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.errors import NotAllowed
from lanner_coordinator.runtime.executions.checks import checked
from lanner_coordinator.runtime.executions.input_files import InputFiles
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.labels import merged_labels
from lanner_coordinator.runtime.executions.requests import Requests
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.records import Commit, RequestRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExecution:
    """What somebody wants to be started.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        revision: 0: the current one.
        inputs: Raw values by input id.
        labels: Added to the flow's.
        request_id: Idempotency key; empty: none.
        schedule_at: Not before; absent: at once.
        by: Who asks.
    """

    namespace: str
    flow_id: str
    revision: int = 0
    inputs: Mapping[str, object] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    schedule_at: datetime | None = None
    by: str = ""


class ExecutionCreator:
    """Creates executions."""

    def __init__(
        self,
        *,
        flows: FlowRegistry,
        executor: Executor,
        resolver: InputResolver,
        requests: Requests,
        files: InputFiles,
        ids: IdFactory,
    ) -> None:
        self._files = files
        self._flows = flows
        self._executor = executor
        self._resolver = resolver
        self._requests = requests
        self._ids = ids

    async def create(self, wanted: NewExecution) -> tuple[str, bool]:
        """Id of the execution, once it is durable, and whether an earlier request made it.

        Raises:
            NotFound: No such flow.
            NotAllowed: The flow is disabled.
            InvalidRequest: Inputs or labels are wrong.
            Blocked: A check of the flow does not hold.
            ArtifactMissing: An upload that is an input is not there.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        execution_id = self._ids.new_id()

        async def make(requests: Sequence[RequestRecord]) -> None:
            plan = await self._flows.plan(wanted.namespace, wanted.flow_id, wanted.revision)
            if plan.flow.is_disabled:
                raise NotAllowed(
                    f"flow {wanted.namespace}/{wanted.flow_id} is disabled: it starts nothing "
                    "until `disabled` is taken out of its source"
                )
            event = await when_read(
                lambda: checked(self._event(execution_id, plan, wanted), plan, self._resolver)
            )
            inputs = await self._files.adopt(plan, event.inputs, execution_id)
            event = msgspec.structs.replace(event, inputs=inputs)
            attached = Commit(requests=requests) if requests else None
            await self._executor.create(event, plan, attached)

        # A caller that goes away must not free a request id whose execution is on its way.
        return await asyncio.shield(
            self._requests.once("execution", wanted.request_id, execution_id, make)
        )

    def _event(self, execution_id: str, plan: Plan, wanted: NewExecution) -> ExecutionCreated:
        labels = merged_labels(plan.flow.labels, wanted.labels, execution_id)
        return ExecutionCreated(
            execution_id=execution_id,
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            flow_revision=plan.revision,
            inputs=self._resolver.resolve(plan, wanted.inputs, execution_id),
            labels=labels,
            trigger=TriggerInfo(kind="manual", by=wanted.by),
            schedule_at=wanted.schedule_at,
        )
