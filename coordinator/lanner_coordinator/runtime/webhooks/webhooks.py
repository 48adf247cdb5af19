"""Finds the webhook that a request means, and starts its execution."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.execution import Execution, restore
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.conditions.contract import ConditionError
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.flow.types.triggers import WEBHOOK
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.triggered import Triggered, TriggeredExecutions
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.schedule.records import TriggerRecords
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)

WEBHOOK_KIND = "webhook"
"""Kind of an execution that a webhook started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A request to a webhook.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        key: What proves that the caller may.
        body: JSON as a value, all else as a text; absent: none.
        headers: Values by name in lower case.
        parameters: Values of the query by name.
    """

    namespace: str
    flow_id: str
    key: str = field(repr=False)
    body: object
    headers: Mapping[str, Sequence[str]] = field(repr=False)
    parameters: Mapping[str, Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """An execution that a webhook has started.

    Attributes:
        trigger: The webhook.
        execution: As it is now.
    """

    trigger: Trigger
    execution: Execution


class Webhooks:
    """All webhooks. Methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        flows: FlowRegistry,
        executor: Executor,
        hub: Hub,
        starter: TriggeredExecutions,
        conditions: Conditions,
        resolver: InputResolver,
        records: TriggerRecords,
        ids: IdFactory,
    ) -> None:
        self._store = store
        self._flows = flows
        self._executor = executor
        self._hub = hub
        self._starter = starter
        self._conditions = conditions
        self._resolver = resolver
        self._records = records
        self._ids = ids

    async def call(self, call: WebhookCall) -> Called | None:
        """Start an execution; absent: the conditions do not hold. Durable when answered.

        Where the webhook waits, this returns when the execution has ended.

        Raises:
            NotFound: There is no such flow or webhook.
            NotAllowed: The flow is disabled.
            InvalidRequest: The inputs that come of the call do not fit the flow.
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        try:
            plan = await self._flows.plan(call.namespace, call.flow_id)
        except NotFound as error:
            raise NotFound("Flow not found") from error
        trigger = await when_read(lambda: self._find(plan, call.key))
        if trigger is None:
            raise NotFound("Webhook not found")
        if plan.flow.is_disabled:
            raise NotAllowed("The flow is disabled: it starts nothing")
        variables: dict[str, object] = {
            "body": call.body,
            "headers": {name: list(values) for name, values in call.headers.items()},
            "parameters": {name: list(values) for name, values in call.parameters.items()},
        }
        wanted = self._wanted(plan, trigger, variables)
        if not await self._may_start(wanted, trigger, variables):
            return None
        event = await when_read(lambda: self._starter.event(wanted))
        await self._executor.create(event, plan)
        if trigger.properties.get("wait") is True:
            await self._end_of(wanted.execution_id)
        return Called(trigger=trigger, execution=await self._execution(wanted.execution_id))

    def _find(self, plan: Plan, key: str) -> Trigger | None:
        """The webhook with a key; how long it takes does not tell how much of a key is right."""
        found = None
        for trigger in plan.flow.triggers:
            if trigger.type == WEBHOOK.name and self._has_key(plan, trigger, key):
                found = trigger
        return found if found is not None and self._is_enabled(plan, found) else None

    def _has_key(self, plan: Plan, trigger: Trigger, key: str) -> bool:
        variables = self._resolver.variables(plan, "")
        try:
            own = self._resolver.render(plan, trigger.properties.get("key"), variables, "")
        except ExpressionError:
            logger.warning(
                "the key of webhook %s/%s/%s cannot be rendered: it cannot be called",
                plan.flow.namespace,
                plan.flow.id,
                trigger.id,
            )
            return False
        return bool(own) and hmac.compare_digest(str(own).encode(), key.encode())

    def _is_enabled(self, plan: Plan, trigger: Trigger) -> bool:
        record = self._records.get((plan.flow.namespace, plan.flow.id, trigger.id))
        return not trigger.is_disabled and not (record is not None and record.is_disabled)

    def _wanted(self, plan: Plan, trigger: Trigger, variables: dict[str, object]) -> Triggered:
        return Triggered(
            execution_id=self._ids.new_id(),
            plan=plan,
            trigger=TriggerInfo(
                kind=WEBHOOK_KIND, id=trigger.id, type=trigger.type, variables=variables
            ),
            inputs=trigger.inputs,
            labels=trigger.labels,
            record=self._record(plan, trigger),
        )

    def _record(self, plan: Plan, trigger: Trigger) -> TriggerRecord:
        key = (plan.flow.namespace, plan.flow.id, trigger.id)
        return self._records.get(key) or TriggerRecord(
            namespace=key[0], flow_id=key[1], trigger_id=key[2]
        )

    async def _may_start(
        self, wanted: Triggered, trigger: Trigger, variables: Mapping[str, object]
    ) -> bool:
        """Whether the conditions hold; one that cannot be answered does not."""
        try:
            return await when_read(
                lambda: self._conditions.hold(trigger.conditions, wanted.plan, variables)
            )
        except (ConditionError, ExpressionError) as error:
            message = f'conditions of trigger "{trigger.id}": {error}'
            if trigger.log_level != "ERROR":
                logger.warning("webhook %s starts nothing: %s", wanted.plan.flow.id, message)
            if trigger.fails_on_error:
                await self._starter.keep_failed(wanted, message, wanted.record)
            return False

    async def _end_of(self, execution_id: str) -> None:
        with self._hub.watch_execution(execution_id) as watch:
            while self._executor.live(execution_id) is not None:
                # No limit: the server that called ends it.
                await watch.changed.wait()
                watch.take()

    async def _execution(self, execution_id: str) -> Execution:
        live = self._executor.live(execution_id)
        if live is not None:
            return live.execution
        archived = await self._store.execution(execution_id)
        if archived is None:
            raise NotFound(f"execution {execution_id} was purged")
        return restore(archived.snapshot)
