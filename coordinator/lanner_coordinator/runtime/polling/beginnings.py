"""Has agents look for triggers: the wait for one with room, and what it is told."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.runtime.dispatcher import Demand, QueuedAttempt
from lanner_coordinator.runtime.errors import InvalidRequest, NotDurable, NotFound, Overloaded
from lanner_coordinator.runtime.polling import steps
from lanner_coordinator.runtime.polling.definition import Poll, poll_of
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.polling.outcomes import PollOutcomes
from lanner_coordinator.runtime.polling.waiting import WaitingPolls
from lanner_coordinator.runtime.schedule.records import TriggerKey, key_of
from lanner_coordinator.runtime.wanted import when_read
from lanner_coordinator.store.trigger_records import PollRecord, TriggerRecord

logger = logging.getLogger(__name__)

CANCEL_GRACE_SECONDS = 5.0
"""How long a look that nobody wants any more may take to stop."""


class PollBeginnings:
    """Begins looks. Methods belong to the event loop's thread."""

    def __init__(self, ground: PollGround, outcomes: PollOutcomes) -> None:
        self._ground = ground
        self._outcomes = outcomes
        self._waiting = WaitingPolls(ground.dispatcher)
        self._secrets: dict[str, frozenset[str]] = {}
        ground.keeper.records.on_poll_over(self._is_over)

    async def attend(self, record: TriggerRecord, plan: Plan) -> TriggerRecord | None:
        """Let a look wait for an agent; see the seam."""
        key = key_of(record)
        poll = poll_of(plan.flow, record.trigger_id)
        if poll is None or not poll.is_active or record.is_disabled:
            return replace(record, next_at=None)
        demand = self._demand(poll, plan)
        if record.poll is not None or self._waiting.demand_of(key) == demand:
            return None
        # One that waits for another agent than the flow wants by now waits for nothing.
        self._waiting.withdraw(key)
        passed_over = await self._outcomes.passed_over(record, poll, plan)
        if passed_over is not None:
            return passed_over
        why_not = self._ground.groups.why_not(poll.trigger.agent_labels, plan.flow.namespace)
        if why_not:
            return await self._outcomes.failed(record, poll, plan, f"it {why_not}")
        self._waiting.put(key, self._ground.ids.new_id(), demand)
        self._ground.registry.reports.match_later()
        return None

    def activity(self, record: TriggerRecord) -> str:
        """What is being done for a trigger now, for people; empty: it rests."""
        if record.poll is not None:
            return f'agent "{record.poll.agent_id}" looks'
        reason = self._waiting.reason(key_of(record))
        return f"waits for an agent: {reason}" if reason else ""

    async def secrets_of(
        self, record: TriggerRecord, poll: Poll, plan: Plan, attempt_id: str
    ) -> Collection[str] | None:
        """What the agent was told to mask; absent: it cannot be found out any more."""
        if attempt_id in self._secrets:
            return self._secrets[attempt_id]
        # The coordinator was started since: the properties tell once more.
        execution_id = self._ground.ids.new_id()
        try:
            order = await when_read(
                lambda: self._ground.rendering.order(poll, plan, record, execution_id)
            )
        except (ExpressionError, ValueError, InvalidRequest):
            return None
        return order.secrets

    async def begin(self, attempt: QueuedAttempt, agent_id: str) -> None:
        """Have an agent look that keeps a slot for it, unless that is not wanted any more."""
        key = self._waiting.key_of(attempt.attempt_id)
        try:
            if key is not None:
                await self._tell(key, attempt.demand, agent_id)
        except (Overloaded, NotDurable) as error:
            logger.warning("a look for a trigger has to wait: %s", error)
            if key is not None:
                self._ground.keeper.look_later(key)
        except (NotFound, InvalidRequest) as error:
            logger.warning("nobody looks for a trigger: %s", error)
        except Exception:
            # One broken trigger must not stop all others.
            logger.exception("nobody looks for trigger %s until it is changed", key)
        finally:
            self._ground.dispatcher.release(agent_id, attempt.attempt_id)
            self._ground.registry.reports.match_later()

    async def _tell(self, key: TriggerKey, demand: Demand, agent_id: str) -> None:
        """Tell an agent to look, unless the trigger is due no more or needs another agent."""
        async with self._ground.keeper.hold(key) as record:
            # What is not begun now waits anew, once the trigger is looked at.
            self._waiting.withdraw(key)
            plan = await self._ground.flows.plan(record.namespace, record.flow_id)
            poll = poll_of(plan.flow, record.trigger_id)
            if poll is None or not self._is_due(record, poll):
                return
            if self._demand(poll, plan) != demand:
                return
            execution_id = self._ground.ids.new_id()
            try:
                order = await when_read(
                    lambda: self._ground.rendering.order(poll, plan, record, execution_id)
                )
            except (ExpressionError, ValueError, InvalidRequest) as error:
                failed = await self._outcomes.failed(record, poll, plan, str(error))
                self._ground.keeper.records.put(failed)
                return
            begun = PollRecord(
                attempt_id=order.assignment.attempt_id,
                agent_id=agent_id,
                task_type=order.assignment.type,
                at=self._ground.clock.now(),
            )
            after = steps.begun(record, begun)
            await self._ground.starter.remember(after)
            self._secrets[begun.attempt_id] = order.secrets
            self._ground.keeper.records.put(after)
            self._ground.registry.assign(agent_id, order.assignment)

    def _is_due(self, record: TriggerRecord, poll: Poll) -> bool:
        """Whether somebody is to look for a trigger now."""
        return (
            poll.is_active
            and not record.is_disabled
            and not record.running_execution_id
            and record.poll is None
            and record.next_at is not None
            and record.next_at <= self._ground.clock.now()
        )

    def _demand(self, poll: Poll, plan: Plan) -> Demand:
        labels = self._ground.groups.completed(poll.trigger.agent_labels, plan.flow.namespace)
        return Demand(task_type=poll.kind.task_type, labels=tuple(sorted(labels.items())))

    def _is_over(self, key: TriggerKey, attempt_id: str) -> None:
        """Nobody waits for a look any more: whoever takes it stops."""
        self._waiting.withdraw(key)
        if attempt_id:
            self._secrets.pop(attempt_id, None)
            self._ground.registry.cancel(attempt_id, CANCEL_GRACE_SECONDS)
