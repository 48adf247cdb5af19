"""Executions that a trigger starts, whatever the trigger's type."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.execution import (
    Execution,
    LiveExecution,
    StateChange,
    snapshot,
)
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import ExpressionError, Rendered
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import Blocked, InvalidRequest
from lanner_coordinator.runtime.executions.checks import checked
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.labels import SYSTEM_PREFIX, merged_labels
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.owners import set_off_by
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.records import ArchivedExecution, Commit
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """What a trigger wants to be started.

    Attributes:
        execution_id: New id.
        plan: Of the flow.
        trigger: Which trigger, and its variables.
        inputs: Raw values with unrendered expressions.
        labels: Of the trigger, with unrendered expressions; one that cannot be rendered is left
            out.
        added_labels: As they are, above the trigger's.
        record: The trigger's record, durable with the execution.
        variables: What expressions see besides the trigger; absent: what the flow alone gives.
        correlation_id: Execution at the root of those that belong together; empty: this one.
        needs_all: Whether a required input without a value is wrong.
        trigger_depth: How many flow triggers led to it, one after the other.
    """

    execution_id: str
    plan: Plan
    trigger: TriggerInfo
    inputs: Mapping[str, object]
    labels: Mapping[str, object]
    added_labels: Mapping[str, str] = field(default_factory=dict)
    record: TriggerRecord
    variables: Mapping[str, object] | None = None
    correlation_id: str = ""
    needs_all: bool = True
    trigger_depth: int = 0


class TriggeredExecutions:
    """Starts what triggers want."""

    def __init__(
        self,
        *,
        executor: Executor,
        hub: Hub,
        resolver: InputResolver,
        clock: Clock,
    ) -> None:
        self._executor = executor
        self._hub = hub
        self._resolver = resolver
        self._clock = clock

    async def start(self, wanted: Triggered, if_failed: TriggerRecord) -> TriggerRecord:
        """Start an execution; the trigger's record that is durable with it.

        Args:
            wanted: What to start.
            if_failed: The record for the case that inputs are wrong: then an execution that has
                FAILED is kept, so that somebody sees it, and nothing runs; where a check of the
                flow does not hold, nothing is kept.

        Raises:
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        try:
            event = await when_read(lambda: self.event(wanted))
        except Blocked as error:
            logger.warning("trigger %s starts nothing: %s", wanted.trigger.id, error)
            await self.remember(if_failed)
            return if_failed
        except InvalidRequest as error:
            await self.keep_failed(wanted, str(error), if_failed)
            return if_failed
        await self._executor.create(event, wanted.plan, Commit(triggers=(wanted.record,)))
        return wanted.record

    async def remember(self, record: TriggerRecord) -> None:
        """Make the record of a trigger durable, together with what else is committed.

        Raises:
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        subject = f"{record.namespace}/{record.flow_id}/{record.trigger_id}"
        await self._executor.submit(subject, _keeping(record))

    def event(self, wanted: Triggered) -> ExecutionCreated:
        """The beginning of the execution.

        Raises:
            InvalidRequest: Its inputs cannot be rendered, or do not fit the flow.
            Blocked: A check of the flow does not hold.
        """
        event = ExecutionCreated(
            execution_id=wanted.execution_id,
            namespace=wanted.plan.flow.namespace,
            flow_id=wanted.plan.flow.id,
            flow_revision=wanted.plan.revision,
            inputs=self.inputs(wanted),
            labels=self._labels(wanted),
            trigger=wanted.trigger,
            trigger_depth=wanted.trigger_depth,
        )
        return checked(event, wanted.plan, self._resolver)

    async def keep_failed(self, wanted: Triggered, error: str, record: TriggerRecord) -> None:
        """Keep an execution that has FAILED before it began, so that somebody sees why.

        Args:
            wanted: What was to be started.
            error: Why it cannot be.
            record: The trigger's record, durable with it.

        Raises:
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        execution = await when_read(lambda: self._failed(wanted, error))
        archived = _archived(execution)
        live = LiveExecution(execution, wanted.plan)
        await self._executor.keep(live, Commit(ended=(archived,), triggers=(record,)))
        self._hub.summary_changed(archived.summary)

    def failed(self, wanted: Triggered, error: str) -> ArchivedExecution:
        """An execution that has FAILED before it began."""
        return _archived(self._failed(wanted, error))

    def inputs(self, wanted: Triggered) -> dict[str, object]:
        """Inputs of the execution.

        Raises:
            InvalidRequest: They cannot be rendered, or do not fit the flow.
        """
        variables = self._variables(wanted)
        try:
            rendered = {
                name: self._render(wanted, value, variables)
                for name, value in wanted.inputs.items()
            }
        except ExpressionError as error:
            raise InvalidRequest(f'inputs of trigger "{wanted.trigger.id}": {error}') from error
        return self._resolver.resolve(
            wanted.plan,
            {name: one.value for name, one in rendered.items()},
            wanted.execution_id,
            needs_all=wanted.needs_all,
            secrets={secret for one in rendered.values() for secret in one.secrets},
        )

    def _labels(self, wanted: Triggered) -> dict[str, str]:
        variables = self._variables(wanted)
        rendered: dict[str, str] = {}
        for name, value in wanted.labels.items():
            if name.startswith(SYSTEM_PREFIX):
                continue
            try:
                text = self._render(wanted, value, variables)
            except ExpressionError:
                continue
            rendered[name] = "" if text.value is None else mask(str(text.value), text.secrets)
        return merged_labels(
            wanted.plan.flow.labels,
            {**rendered, **wanted.added_labels},
            wanted.correlation_id or wanted.execution_id,
        )

    def _render(
        self, wanted: Triggered, value: object, variables: Mapping[str, object]
    ) -> Rendered:
        above = set_off_by(wanted.trigger)
        return self._resolver.rendered(wanted.plan, value, variables, wanted.execution_id, above)

    def _variables(self, wanted: Triggered) -> dict[str, object]:
        variables = self._resolver.variables(wanted.plan, wanted.execution_id)
        return {
            **variables,
            **(wanted.variables or {}),
            "trigger": wanted.trigger.variables,
            "schedule": wanted.trigger.variables,
        }

    def _failed(self, wanted: Triggered, error: str) -> Execution:
        now = self._clock.now()
        return Execution(
            id=wanted.execution_id,
            namespace=wanted.plan.flow.namespace,
            flow_id=wanted.plan.flow.id,
            flow_revision=wanted.plan.revision,
            labels=self._labels(wanted),
            trigger=wanted.trigger,
            state=State.FAILED,
            changes=[StateChange(State.CREATED, now), StateChange(State.FAILED, now)],
            error=error,
        )


def _keeping(record: TriggerRecord) -> Work:
    def work(entry: LiveEntry | None, group: Group) -> None:
        group.attached.append(Commit(triggers=(record,)))

    return work


def _archived(execution: Execution) -> ArchivedExecution:
    return ArchivedExecution(
        summary=summarize(execution), snapshot=snapshot(execution), journal_sequence=0
    )
