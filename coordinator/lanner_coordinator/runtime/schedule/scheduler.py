"""Fires schedules: remembers their records, wakes at their dates, starts their executions.

All that must be remembered is durable in the commit of the execution that it belongs to, so that a
crash neither starts a date twice nor forgets one. Whether an execution that a trigger waits for has
ended is asked of the executor, not remembered.

A trigger is looked at (`_attend`) when its date comes, when its execution has ended, and when it
was changed; under its lock, so that looks and changes never overlap. Flows are only read then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest, NotDurable, NotFound, Overloaded
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.triggered import Triggered, TriggeredExecutions
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flow_triggers.misses import miss_of, watched
from lanner_coordinator.runtime.flows.changes import FlowChange, TriggerChanges
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.keyed_locks import KeyedLocks
from lanner_coordinator.runtime.polling import steps as poll_steps
from lanner_coordinator.runtime.polling.contract import Poller
from lanner_coordinator.runtime.polling.definition import is_polling, poll_of
from lanner_coordinator.runtime.schedule import steps
from lanner_coordinator.runtime.schedule.definition import Schedule, schedule_of
from lanner_coordinator.runtime.schedule.following import described, followed, keys_of, readable
from lanner_coordinator.runtime.schedule.records import TriggerKey, TriggerRecords, key_of
from lanner_coordinator.runtime.schedule.starting import judged, missed, triggered
from lanner_coordinator.runtime.timers import TimerKey, Timers
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)

PARALLEL_LIMIT = 100
"""Triggers that are looked at at once."""

RETRY_AFTER = timedelta(seconds=5)
"""When a start that could not be committed is tried again."""


class Scheduler:
    """Keeps triggers and fires schedules. Methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        flows: FlowRegistry,
        executor: Executor,
        starter: TriggeredExecutions,
        conditions: Conditions,
        ids: IdFactory,
        default_timezone: str = "UTC",
    ) -> None:
        self._store = store
        self._clock = clock
        self._flows = flows
        self._executor = executor
        self._starter = starter
        self._conditions = conditions
        self._ids = ids
        self._default_timezone = default_timezone
        self._timers = Timers(clock, self._date_came)
        self._poller: Poller | None = None
        self._locks: KeyedLocks[TriggerKey] = KeyedLocks()
        self._missed: set[TriggerKey] = set()
        self._waiting: dict[str, TriggerKey] = {}
        self._due: dict[TriggerKey, None] = {}
        self._arrived = asyncio.Event()
        self.records = TriggerRecords()
        executor.on_ended(self._execution_ended)

    # Start and run

    async def load(self) -> None:
        """Read what is remembered; after the executor was restored, before `run`."""
        now = self._clock.now()
        for stored in await self._store.triggers():
            record = stored if stored.type else await self._described(stored)
            key = key_of(record)
            if is_polling(record.type):
                record = poll_steps.woken(record, now)
            elif record.next_at is not None and record.next_at <= now:
                self._missed.add(key)
            self.records.put(record)
            self._watch(record)
        self._spread(self.records.all())

    async def run(self) -> None:
        """Fire, for ever."""
        places = asyncio.Semaphore(PARALLEL_LIMIT)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._timers.run(), name="schedules")
            while True:
                await self._arrived.wait()  # no limit: there may be nothing to do
                self._arrived.clear()
                while self._due:
                    await places.acquire()
                    key = next(iter(self._due))
                    del self._due[key]
                    tasks.create_task(self._attend_in(key, places), name="schedule")

    def wake(self) -> None:
        """The clock was set: look at the dates at once."""
        self._timers.wake()

    # For those who look for triggers

    def poll_with(self, poller: Poller) -> None:
        """Have `poller` look for triggers; once, before `run`."""
        self._poller = poller

    def look_later(self, key: TriggerKey) -> None:
        """Look at a trigger again soon; see `PollKeeper`."""
        self._timers.start(_timer_key(key), self._clock.now() + RETRY_AFTER)

    async def start(self, wanted: Triggered, if_failed: TriggerRecord) -> None:
        """Start an execution of a trigger that is held; see `PollKeeper`."""
        waits_for = wanted.record.running_execution_id
        if waits_for:
            self._waiting[waits_for] = key_of(wanted.record)
        try:
            self.records.put(await self._starter.start(wanted, if_failed=if_failed))
        finally:
            if self._executor.live(wanted.execution_id) is None:
                self._waiting.pop(wanted.execution_id, None)

    # For those who change triggers

    def next_at(self, namespace: str, flow_id: str) -> datetime | None:
        """Earliest next date of a flow's schedules; absent: none."""
        dates = [
            record.next_at
            for record in self.records.of_flow(namespace, flow_id)
            if record.next_at is not None and not is_polling(record.type)
        ]
        return min(dates, default=None)

    def schedule_of(self, flow: Flow, trigger_id: str) -> Schedule | None:
        """A schedule of a flow; absent: it has no such one.

        Raises:
            ValueError: What the source says of it makes no sense.
        """
        return schedule_of(flow, trigger_id, self._default_timezone)

    @asynccontextmanager
    async def holding(self, keys: Iterable[TriggerKey]) -> AsyncIterator[None]:
        """Hold triggers, whether they exist or not, while their records are changed."""
        async with self._locks.hold_all(sorted(keys)):
            yield

    def changed(self, record: TriggerRecord) -> None:
        """The record of a trigger that is held is durable: it counts, and so does its date."""
        self.records.put(record)
        self._watch(record)

    def switched(
        self, record: TriggerRecord, flow: Flow | None, *, is_enabled: bool
    ) -> TriggerRecord:
        """The record of a trigger that somebody enables or disables.

        Args:
            record: As it is.
            flow: Whose trigger it is; absent: nobody can read it.
            is_enabled: What is wanted.
        """
        now = self._clock.now()
        if is_polling(record.type):
            poll = poll_of(flow, record.trigger_id)
            return poll_steps.switched(record, poll, now, is_enabled=is_enabled)
        schedule = readable(flow, record.trigger_id, self._default_timezone)
        record = steps.switched(record, schedule, now, is_enabled=is_enabled)
        trigger = _trigger_of(flow, record.trigger_id) if flow is not None else None
        if schedule is None and trigger is not None:
            return watched(record, trigger, now, self._default_timezone)
        return record

    def settled(self, record: TriggerRecord) -> TriggerRecord:
        """The record, without an execution that has ended."""
        execution_id = record.running_execution_id
        if execution_id and self._executor.live(execution_id) is None:
            return steps.ended(record)
        return record

    @asynccontextmanager
    async def hold(self, key: TriggerKey) -> AsyncIterator[TriggerRecord]:
        """Hold a trigger while its record is changed; afterwards it is looked at.

        Raises:
            NotFound: There is no such trigger.
        """
        async with self._locks.hold(key):
            record = self.records.get(key)
            if record is None:
                namespace, flow_id, trigger_id = key
                raise NotFound(f'flow {namespace}/{flow_id} has no trigger "{trigger_id}"')
            yield self.settled(record)
            self._look_at(key)

    @asynccontextmanager
    async def changing(self, changes: Sequence[FlowChange]) -> AsyncIterator[TriggerChanges]:
        """Hold the triggers of flows that change; see `TriggerKeeper`."""
        keys = {key for change in changes for key in keys_of(change, self.records)}
        async with self._locks.hold_all(sorted(keys)):
            parts = [self._follow(change) for change in changes]
            changed = [record for one in parts for record in one.changed]
            removed = [key for one in parts for key in one.removed]
            yield TriggerChanges(changed=changed, removed=removed)
            for key in removed:
                self.records.remove(key)
                self._timers.cancel(_timer_key(key))
            for record in changed:
                self.records.put(record)
                self._look_at(key_of(record))
            self._spread(changed)

    async def _described(self, record: TriggerRecord) -> TriggerRecord:
        """A record that was written before it told what its trigger is."""
        try:
            flow = (await self._flows.plan(record.namespace, record.flow_id)).flow
        except (InvalidRequest, NotFound):
            return record
        trigger = _trigger_of(flow, record.trigger_id)
        return described(record, trigger, is_idle=flow.is_disabled) if trigger else record

    def _follow(self, change: FlowChange) -> TriggerChanges:
        records = self.records.of_flow(change.namespace, change.flow_id)
        return followed(
            change,
            [self.settled(record) for record in records],
            self._clock.now(),
            self._default_timezone,
        )

    # Looking at triggers

    def _execution_ended(self, summary: ExecutionSummary) -> None:
        key = self._waiting.pop(summary.id, None)
        if key is not None:
            self._look_at(key)

    def _date_came(self, timer: TimerKey) -> None:
        flow, trigger_id = timer
        namespace, _, flow_id = flow.partition("/")
        self._look_at((namespace, flow_id, trigger_id))

    def _spread(self, records: Iterable[TriggerRecord]) -> None:
        """Let those that agents look for begin one after the other where many are due."""
        now = self._clock.now()
        due = [
            record
            for record in records
            if is_polling(record.type) and record.next_at is not None and record.next_at <= now
        ]
        for record, wait in poll_steps.spread(due):
            self._due.pop(key_of(record), None)
            self._timers.start(_timer_key(key_of(record)), now + wait)

    def _look_at(self, key: TriggerKey) -> None:
        self._due[key] = None
        self._arrived.set()

    def _watch(self, record: TriggerRecord) -> None:
        """Look at a trigger when its date comes, or at once when it has something to do."""
        key = key_of(record)
        if record.backfill is not None:
            self._look_at(key)
        if record.next_at is not None:
            self._timers.start(_timer_key(key), record.next_at)
        else:
            self._timers.cancel(_timer_key(key))

    async def _attend_in(self, key: TriggerKey, places: asyncio.Semaphore) -> None:
        try:
            async with self._locks.hold(key):
                await self._attend(key)
        except (Overloaded, NotDurable) as error:
            logger.warning("trigger %s/%s/%s has to wait: %s", *key, error)
            self._timers.start(_timer_key(key), self._clock.now() + RETRY_AFTER)
        except (NotFound, ValueError, InvalidRequest) as error:
            logger.warning("trigger %s/%s/%s starts nothing: %s", *key, error)
            self._timers.cancel(_timer_key(key))
        except Exception:
            # One broken trigger must not stop all others.
            logger.exception("trigger %s/%s/%s starts nothing until it is changed", *key)
            self._timers.cancel(_timer_key(key))
        finally:
            places.release()

    async def _attend(self, key: TriggerKey) -> None:
        """Start what is due, one after the other, for as long as nothing of it runs."""
        while (record := self.records.get(key)) is not None:
            record = self.settled(record)
            if record.running_execution_id:
                self._waiting[record.running_execution_id] = key
                return
            if not _may_be_due(record, self._clock.now()):
                self._rest(record)
                return
            plan = await self._flows.plan(record.namespace, record.flow_id)
            schedule = self.schedule_of(plan.flow, record.trigger_id)
            if schedule is None:
                await self._attend_other(record, plan)
                return
            if key in self._missed:
                self._missed.discard(key)
                record = steps.recovered(record, schedule, self._clock.now())
            step = steps.next_step(record, schedule, self._clock.now())
            if isinstance(step, steps.Rest):
                self._rest(step.record)
                return
            if not await self._begin(step, schedule, plan, record):
                # Others have their turn: many dates may be passed over.
                await asyncio.sleep(0)

    async def _attend_other(self, record: TriggerRecord, plan: Plan) -> None:
        """Do what is due for a trigger that is no schedule."""
        if not is_polling(record.type):
            await self._end_window(record, plan)
        elif self._poller is not None:
            after = await self._poller.attend(record, plan)
            if after is not None:
                self._rest(after)

    async def _end_window(self, record: TriggerRecord, plan: Plan) -> None:
        """The window of a flow trigger has ended: tell of what was missed in it."""
        trigger = _trigger_of(plan.flow, record.trigger_id)
        if trigger is None:
            self._rest(replace(record, next_at=None))
            return
        miss = miss_of(record, trigger, self._default_timezone)
        after = watched(record, trigger, self._clock.now(), self._default_timezone)
        if miss is not None and after.next_at is not None:
            wanted = missed(miss, trigger, plan, after, self._ids.new_id())
            await self._starter.keep_failed(wanted, miss.error, after)
        self._rest(after)

    def _rest(self, record: TriggerRecord) -> None:
        """Nothing is due: look again at the next date, if there is one."""
        self.records.put(record)
        self._missed.discard(key_of(record))
        if record.next_at is not None:
            self._timers.start(_timer_key(key_of(record)), record.next_at)
        else:
            self._timers.cancel(_timer_key(key_of(record)))

    async def _begin(
        self, step: steps.Start, schedule: Schedule, plan: Plan, record: TriggerRecord
    ) -> bool:
        """Start an execution for a date, unless the conditions do not hold for it."""
        holds = self._conditions.of_schedule(schedule.trigger, plan)
        variables, error = await judged(step.date, schedule, holds)
        if variables is None:
            self.records.put(steps.skipped(step, record))
            return False
        # What was decided counts even when the start has to be tried again.
        self.records.put(record)
        execution_id = self._ids.new_id()
        waits = step.backfill is not None or not schedule.trigger.allows_concurrent
        after = replace(step.after, running_execution_id=execution_id if waits else "")
        wanted = triggered(step, schedule, plan, after, execution_id, variables)
        if error:
            await self._starter.keep_failed(wanted, error, step.after)
            self.records.put(step.after)
            return True
        await self.start(wanted, step.after)
        return True


def _trigger_of(flow: Flow, trigger_id: str) -> Trigger | None:
    return next((one for one in flow.triggers if one.id == trigger_id), None)


def _may_be_due(record: TriggerRecord, now: datetime) -> bool:
    """Whether the flow must be read to know what to do."""
    if record.backfill is not None:
        return True
    return record.next_at is not None and record.next_at <= now


def _timer_key(key: TriggerKey) -> TimerKey:
    namespace, flow_id, trigger_id = key
    return f"{namespace}/{flow_id}", trigger_id
