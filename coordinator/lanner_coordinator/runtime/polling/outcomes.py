"""What follows from a look: an execution, a failure that is told, or a rest until the next one."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace

from lanner_coordinator.engine.events import AttemptFinished, TriggerInfo
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.conditions.contract import ConditionError
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.runtime.executions.triggered import Triggered
from lanner_coordinator.runtime.polling import steps
from lanner_coordinator.runtime.polling.definition import Poll
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.schedule.records import key_of
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)

POLLING_KIND = "polling"
"""Kind of an execution that a trigger started for which an agent looks."""

_LONGEST_ERROR = 1_000
"""Characters of an error that are kept."""


class PollOutcomes:
    """Carries out what follows from looks. The trigger is held by whoever calls."""

    def __init__(self, ground: PollGround) -> None:
        self._ground = ground

    async def passed_over(
        self, record: TriggerRecord, poll: Poll, plan: Plan
    ) -> TriggerRecord | None:
        """The record where the trigger's conditions do not hold; absent: they do.

        Where they cannot be answered an execution that has FAILED tells of it.
        """
        if record.next_at is None or not poll.trigger.conditions:
            return None
        variables = {"date": format_instant(record.next_at)}
        after = steps.passed_over(record, poll, self._ground.clock.now())
        try:
            holds = await when_read(
                lambda: self._ground.conditions.hold(poll.trigger.conditions, plan, variables)
            )
        except (ConditionError, ExpressionError) as error:
            message = f'conditions of trigger "{poll.trigger.id}": {error}'
            wanted = _wanted(poll, plan, after, self._ground.ids.new_id(), variables)
            await self._ground.starter.keep_failed(wanted, message, after)
            return after
        return None if holds else after

    async def failed(
        self, record: TriggerRecord, poll: Poll, plan: Plan, error: str
    ) -> TriggerRecord:
        """The record after a look that failed; durable.

        Args:
            record: As it was.
            poll: The trigger.
            plan: Of its flow.
            error: Why; without secrets.
        """
        sentence = " ".join(error.split())[:_LONGEST_ERROR]
        # One line for each reason: looks that fail alike, one after the other, would bury all else.
        is_told = poll.trigger.log_level == "ERROR" or sentence == record.poll_error
        level = logging.DEBUG if is_told else logging.WARNING
        logger.log(level, "trigger %s/%s/%s cannot be evaluated: %s", *key_of(record), sentence)
        after = steps.ended(record, poll, self._ground.clock.now(), sentence)
        if poll.trigger.fails_on_error:
            message = f'trigger "{poll.trigger.id}" cannot be evaluated: {error}'
            wanted = _wanted(poll, plan, after, self._ground.ids.new_id(), {})
            await self._ground.starter.keep_failed(wanted, message, after)
        else:
            await self._ground.starter.remember(after)
        return after

    async def answered(
        self,
        record: TriggerRecord,
        poll: Poll,
        plan: Plan,
        event: AttemptFinished,
        secrets: Collection[str] | None,
    ) -> bool:
        """An agent has looked: start an execution if there is something; whether there was.

        Args:
            record: Of the trigger.
            poll: The trigger.
            plan: Of its flow.
            event: What the agent reports.
            secrets: What it was told to mask; absent: nobody knows any more.
        """
        try:
            answer = await when_read(
                lambda: self._ground.rendering.answer(poll, plan, record, event, secrets)
            )
        except ValueError as error:
            self._ground.keeper.records.put(await self.failed(record, poll, plan, str(error)))
            return False
        now = self._ground.clock.now()
        if not answer.is_found:
            after = steps.ended(record, poll, now)
            await self._ground.starter.remember(after)
            self._ground.keeper.records.put(after)
            return False
        after = steps.found(record, poll, now)
        execution_id = execution_of(event.attempt_id)
        waits_for = "" if poll.trigger.allows_concurrent else execution_id
        locked = replace(after, running_execution_id=waits_for)
        wanted = _wanted(poll, plan, locked, execution_id, answer.variables)
        await self._ground.keeper.start(wanted, after)
        return True


def _wanted(
    poll: Poll,
    plan: Plan,
    record: TriggerRecord,
    execution_id: str,
    variables: Mapping[str, object],
) -> Triggered:
    trigger = poll.trigger
    return Triggered(
        execution_id=execution_id,
        plan=plan,
        trigger=TriggerInfo(
            kind=POLLING_KIND, id=trigger.id, type=trigger.type, variables=dict(variables)
        ),
        inputs=trigger.inputs,
        labels=trigger.labels,
        record=record,
    )
