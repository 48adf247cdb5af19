"""What people do with triggers: look, enable, disable, backfill."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import Trigger
from lanner_coordinator.flow.types.triggers import WEBHOOK
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import AlreadyThere, InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.triggered import TriggeredExecutions
from lanner_coordinator.runtime.flow_triggers.topics import shown_topics
from lanner_coordinator.runtime.flows.overview import is_in_namespace
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.polling.definition import Poll, poll_of
from lanner_coordinator.runtime.schedule import steps
from lanner_coordinator.runtime.schedule.definition import Schedule
from lanner_coordinator.runtime.schedule.records import TriggerKey
from lanner_coordinator.runtime.schedule.scheduler import Scheduler
from lanner_coordinator.runtime.schedule.starting import triggered
from lanner_coordinator.runtime.schedule.variables import date_variables
from lanner_coordinator.runtime.wanted import Wanted
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.trigger_records import BackfillRecord, TriggerRecord

BACKFILL_LIMIT = 10_000
"""Dates of one backfill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerView:
    """A trigger as it is shown.

    Attributes:
        record: What is remembered of it.
        trigger: As its flow has it; absent: the flow cannot be read any more.
        schedule: Its dates; absent: it is no schedule, or they make no sense.
        is_enabled: Whether it starts executions by itself.
        poll: What agents look for; absent: they look for nothing.
        activity: What is being done for it now; empty: it waits for its date.
    """

    record: TriggerRecord
    trigger: Trigger | None
    schedule: Schedule | None
    is_enabled: bool
    poll: Poll | None = None
    activity: str = ""

    @property
    def condition(self) -> str:
        """What it waits for; empty: nobody can tell."""
        if self.schedule is not None:
            return self.schedule.timing.condition
        if self.poll is not None:
            return self.poll.condition
        if self.record.type == WEBHOOK.name:
            flow = f"{self.record.namespace}/{self.record.flow_id}"
            return f"a request to /api/v1/executions/webhook/{flow}/…"
        return shown_topics(self.record.topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBackfill:
    """What somebody wants to be made up for.

    Attributes:
        key: Of the trigger.
        start: First date, inclusive.
        end: Last date, inclusive; absent: now.
        inputs: Raw input values, above the trigger's.
        labels: Added to each execution.
    """

    key: TriggerKey
    start: datetime
    end: datetime | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


Activity = Callable[[TriggerRecord], str]
"""What is being done for a trigger now, for people; empty: nothing."""


class Triggers:
    """The verbs on triggers. What they change is durable when they return."""

    def __init__(
        self,
        *,
        scheduler: Scheduler,
        flows: FlowRegistry,
        store: Store,
        starter: TriggeredExecutions,
        clock: Clock,
        activity: Activity = lambda record: "",
    ) -> None:
        self._activity = activity
        self._scheduler = scheduler
        self._flows = flows
        self._store = store
        self._starter = starter
        self._clock = clock

    async def page(
        self, *, namespace: str, flow_id: str, limit: int, offset: int
    ) -> tuple[Sequence[TriggerView], int]:
        """A part of the triggers that match, in order of their keys, and how many match.

        Args:
            namespace: Exact or, with a trailing `.*`, with those below it; empty: all.
            flow_id: Empty: all.
            limit: At most so many.
            offset: So many are passed over.
        """
        matching = [
            record
            for record in self._scheduler.records.all()
            if is_in_namespace(record.namespace, namespace) and flow_id in ("", record.flow_id)
        ]
        page = matching[offset : offset + limit]
        return [await self._view(record) for record in page], len(matching)

    async def set_enabled(self, key: TriggerKey, *, is_enabled: bool) -> TriggerView:
        """Enable or disable a trigger, until somebody says otherwise.

        Raises:
            NotFound: There is no such trigger.
        """
        return await asyncio.shield(self._set_enabled(key, is_enabled=is_enabled))

    async def create_backfill(self, wanted: NewBackfill) -> TriggerView:
        """Start one execution for each date of a range, one after the other.

        Raises:
            NotFound: There is no such trigger.
            InvalidRequest: It is no schedule, the range has no date or too many, or the inputs
                do not fit.
            AlreadyThere: A backfill of it runs.
            NotAllowed: The flow is disabled.
        """
        return await asyncio.shield(self._create_backfill(wanted))

    async def delete_backfill(self, key: TriggerKey) -> TriggerView:
        """End a backfill; its execution that runs goes on.

        Raises:
            NotFound: There is no such trigger, or no backfill of it runs.
        """
        return await asyncio.shield(self._delete_backfill(key))

    async def _set_enabled(self, key: TriggerKey, *, is_enabled: bool) -> TriggerView:
        async with self._scheduler.hold(key) as record:
            try:
                flow = (await self._flows.plan(record.namespace, record.flow_id)).flow
            except (InvalidRequest, NotFound):
                flow = None
            record = self._scheduler.switched(record, flow, is_enabled=is_enabled)
            await self._keep(record)
        return await self._view(record)

    async def _create_backfill(self, wanted: NewBackfill) -> TriggerView:
        async with self._scheduler.hold(wanted.key) as record:
            if record.backfill is not None:
                raise AlreadyThere(
                    f'a backfill of trigger "{record.trigger_id}" runs: wait for its end, or '
                    "delete it"
                )
            plan = await self._flows.plan(record.namespace, record.flow_id)
            schedule = self._schedule_for_backfill(plan, record)
            backfill = await self._backfill(wanted, schedule)
            record = replace(record, backfill=backfill)
            self._check_inputs(record, schedule, plan)
            await self._keep(record)
        return await self._view(record)

    async def _delete_backfill(self, key: TriggerKey) -> TriggerView:
        async with self._scheduler.hold(key) as record:
            if record.backfill is None:
                raise NotFound(f'no backfill of trigger "{record.trigger_id}" runs')
            record = replace(record, backfill=None)
            await self._keep(record)
        return await self._view(record)

    async def _keep(self, record: TriggerRecord) -> None:
        await self._store.commit(Commit(triggers=(record,)))
        self._scheduler.records.put(record)

    def _schedule_for_backfill(self, plan: Plan, record: TriggerRecord) -> Schedule:
        try:
            schedule = self._scheduler.schedule_of(plan.flow, record.trigger_id)
        except ValueError as error:
            raise InvalidRequest(f'trigger "{record.trigger_id}": {error}') from error
        if schedule is None:
            raise InvalidRequest(
                f'trigger "{record.trigger_id}" is no schedule: only schedules have dates to '
                "make up for"
            )
        if schedule.flow_is_disabled:
            raise NotAllowed(
                f"flow {record.namespace}/{record.flow_id} is disabled: it starts nothing"
            )
        return schedule

    async def _backfill(self, wanted: NewBackfill, schedule: Schedule) -> BackfillRecord:
        now = self._clock.now()
        start = wanted.start.astimezone(UTC)
        end = (wanted.end or now).astimezone(UTC)
        if end > now:
            raise InvalidRequest(
                f"`end` lies in the future ({end:%Y-%m-%d %H:%M}): those dates the schedule "
                "starts by itself"
            )
        backfill = await asyncio.to_thread(steps.backfill_of, start, end, schedule, BACKFILL_LIMIT)
        if backfill is None:
            raise InvalidRequest(
                f"the schedule `{schedule.timing.condition}` ({schedule.timing.timezone}) has no "
                f"date from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
            )
        if backfill.total_count > BACKFILL_LIMIT:
            raise InvalidRequest(
                f"the range has more than {BACKFILL_LIMIT} dates of the schedule: choose a "
                "shorter one"
            )
        return replace(backfill, inputs=dict(wanted.inputs), labels=dict(wanted.labels))

    def _check_inputs(self, record: TriggerRecord, schedule: Schedule, plan: Plan) -> None:
        """Refuse inputs that would fail for each date."""
        step = steps.next_step(replace(record, next_at=None), schedule, self._clock.now())
        if isinstance(step, steps.Start):
            variables = date_variables(schedule.timing, step.date)
            wanted = triggered(step, schedule, plan, record, "", variables)
            # What is still to be read fails no input.
            with contextlib.suppress(Wanted):
                self._starter.inputs(wanted)

    async def _view(self, record: TriggerRecord) -> TriggerView:
        record = self._scheduler.settled(record)
        try:
            flow = (await self._flows.plan(record.namespace, record.flow_id)).flow
        except (InvalidRequest, NotFound):
            return TriggerView(record=record, trigger=None, schedule=None, is_enabled=False)
        trigger = next((one for one in flow.triggers if one.id == record.trigger_id), None)
        try:
            schedule = self._scheduler.schedule_of(flow, record.trigger_id)
        except ValueError:
            schedule = None
        is_off = trigger is None or trigger.is_disabled or flow.is_disabled or record.is_disabled
        return TriggerView(
            record=record,
            trigger=trigger,
            schedule=schedule,
            is_enabled=not is_off,
            poll=poll_of(flow, record.trigger_id),
            activity=self._activity(record),
        )
