"""What one execution's change of state means to one flow trigger."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.conditions.contract import ConditionError, Observed, Subject
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.runtime.errors import Blocked, InvalidRequest
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.labels import CORRELATION_LABEL
from lanner_coordinator.runtime.executions.triggered import Triggered, TriggeredExecutions
from lanner_coordinator.runtime.flow_triggers.judging import Verdict, judge, merged_outputs
from lanner_coordinator.runtime.flow_triggers.observing import (
    met_record,
    observed,
    trigger_variables,
    when_variables,
)
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.variables import Surroundings, execution_variables
from lanner_coordinator.store.records import ArchivedExecution, PendingRecord
from lanner_coordinator.store.trigger_records import MetRecord, TriggerRecord

logger = logging.getLogger(__name__)

DEEPEST = 100
"""Flow triggers that may lead to an execution; flows that start each other for ever end here."""

FLOW_KIND = "flow"
"""Kind of an execution that a flow trigger started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What is to be done for a trigger.

    Attributes:
        record: Of the trigger, from now on.
        begun: The execution to begin; absent: none.
        failed: An execution that has FAILED, to be kept; absent: none.
    """

    record: TriggerRecord
    begun: tuple[ExecutionCreated, Plan] | None = None
    failed: ArchivedExecution | None = None


class Reactions:
    """Decides what triggers do."""

    def __init__(
        self,
        *,
        resolver: InputResolver,
        starter: TriggeredExecutions,
        around: Surroundings,
        ids: IdFactory,
        default_timezone: str = "UTC",
    ) -> None:
        self._resolver = resolver
        self._starter = starter
        self._around = around
        self._ids = ids
        self._default_timezone = default_timezone

    def of(
        self,
        record: TriggerRecord,
        trigger: Trigger,
        plan: Plan,
        pending: PendingRecord,
        live: LiveExecution,
    ) -> Reaction:
        """Show an execution's change of state to a trigger.

        Args:
            record: Of the trigger.
            trigger: A flow trigger.
            plan: Of the trigger's flow.
            pending: The change of state.
            live: The execution.
        """
        try:
            verdict = self._verdict(record, trigger, plan, pending, live)
        except (ConditionError, ExpressionError) as error:
            message = f'conditions of trigger "{trigger.id}": {error}'
            wanted = self._wanted(record, trigger, plan, pending, live, ())
            return self._error(wanted, trigger, record, message)
        after = replace(record, windows=verdict.windows)
        if not verdict.fires:
            return Reaction(record=after)
        after = replace(after, last_at=pending.at)
        if live.execution.trigger_depth >= DEEPEST:
            return self._too_deep(trigger, after, plan, pending, live)
        wanted = self._wanted(after, trigger, plan, pending, live, verdict.met)
        try:
            return Reaction(record=after, begun=(self._starter.event(wanted), plan))
        except InvalidRequest as error:
            is_blocked = isinstance(error, Blocked)
            return self._error(wanted, trigger, after, str(error), is_blocked=is_blocked)

    def _too_deep(
        self,
        trigger: Trigger,
        record: TriggerRecord,
        plan: Plan,
        pending: PendingRecord,
        live: LiveExecution,
    ) -> Reaction:
        """End a chain of flows that start each other, with an execution that tells of it."""
        message = (
            f"{DEEPEST} flow triggers have started each other already, the last one by execution "
            f"{live.execution.id}: flows that start each other need a condition that ends it"
        )
        wanted = self._wanted(record, trigger, plan, pending, live, ())
        logger.warning("trigger %s/%s/%s starts nothing: %s", *_key(record), message)
        return Reaction(record=record, failed=self._starter.failed(wanted, message))

    def _verdict(
        self,
        record: TriggerRecord,
        trigger: Trigger,
        plan: Plan,
        pending: PendingRecord,
        live: LiveExecution,
    ) -> Verdict:
        seen = observed(live, pending.state)
        return judge(
            trigger,
            record.windows,
            self._subject(plan, live, seen),
            met_record(live, pending.at),
            self._default_timezone,
        )

    def _subject(self, plan: Plan, live: LiveExecution, seen: Observed) -> Subject:
        of_execution = execution_variables(live, self._around)
        trigger = trigger_variables(live, seen.state, dict(seen.outputs))
        own = {**of_execution, **self._own_variables(plan), "trigger": trigger}
        for_when = {**of_execution, **when_variables(seen), "trigger": trigger}

        above = (owner_of(live.execution),)

        def render(value: object) -> object:
            return self._resolver.rendered(plan, value, own, live.execution.id, above).value

        def render_when(value: object) -> object:
            return self._resolver.rendered(plan, value, for_when, live.execution.id, above).value

        return Subject(
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            render=render,
            observed=seen,
            render_when=render_when,
        )

    def _wanted(
        self,
        record: TriggerRecord,
        trigger: Trigger,
        plan: Plan,
        pending: PendingRecord,
        live: LiveExecution,
        met: Sequence[MetRecord],
    ) -> Triggered:
        outputs = merged_outputs(live.execution.outputs, met)
        variables = trigger_variables(live, pending.state, outputs)
        return Triggered(
            execution_id=self._ids.new_id(),
            plan=plan,
            trigger=_info(trigger, variables),
            inputs=trigger.inputs,
            labels=trigger.labels,
            record=record,
            variables={**execution_variables(live, self._around), **self._own_variables(plan)},
            correlation_id=live.execution.labels.get(CORRELATION_LABEL, live.execution.id),
            needs_all=False,
            trigger_depth=live.execution.trigger_depth + 1,
        )

    def _own_variables(self, plan: Plan) -> dict[str, object]:
        """Of what both flows have, that of the trigger's flow."""
        own = self._resolver.variables(plan, "")
        return {"flow": own["flow"], "vars": own["vars"]}

    def _error(
        self,
        wanted: Triggered,
        trigger: Trigger,
        record: TriggerRecord,
        message: str,
        *,
        is_blocked: bool = False,
    ) -> Reaction:
        if trigger.log_level != "ERROR":
            logger.warning("trigger %s/%s/%s starts nothing: %s", *_key(record), message)
        is_kept = trigger.fails_on_error and not is_blocked
        failed = self._starter.failed(wanted, message) if is_kept else None
        return Reaction(record=record, failed=failed)


def _key(record: TriggerRecord) -> tuple[str, str, str]:
    return record.namespace, record.flow_id, record.trigger_id


def _info(trigger: Trigger, variables: dict[str, object]) -> TriggerInfo:
    return TriggerInfo(kind=FLOW_KIND, id=trigger.id, type=trigger.type, variables=variables)
