"""Does what executions have set off: flow triggers fire, triggers stop.

An execution's change of state that any trigger waits for becomes durable with a note of it
(`PendingRecord`). Here the notes are worked off in order: what they lead to (executions begun,
windows, triggers stopped) and their removal are one commit. So a crash neither drops an event nor
counts it twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from lanner_coordinator.engine.decide import begin
from lanner_coordinator.engine.events import ExecutionCreated, ExecutionRestored
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.errors import InvalidRequest, NotDurable, NotFound, Overloaded
from lanner_coordinator.runtime.executor import Executor, SetOff
from lanner_coordinator.runtime.flow_triggers.reactions import Reactions
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.schedule.records import TriggerKey
from lanner_coordinator.runtime.schedule.scheduler import Scheduler
from lanner_coordinator.runtime.wanted import Wanted, when_read
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ArchivedExecution, Commit, PendingKind, PendingRecord
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)

BATCH_LIMIT = 200
"""Notes that are worked off in one commit."""

HELD_LIMIT = 5_000
"""Executions that are held in memory for their notes; others are read again."""

RETRY_SECONDS = 5.0
"""When notes that could not be worked off are looked at again."""


@dataclass(slots=True, kw_only=True)
class _Outcome:
    """What a batch of notes leads to, in the making."""

    changed: dict[TriggerKey, TriggerRecord] = field(default_factory=dict)
    begun: list[tuple[ExecutionCreated, Plan]] = field(default_factory=list)
    failed: list[ArchivedExecution] = field(default_factory=list)


class FlowTriggers:
    """Works off what executions set off. Methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        flows: FlowRegistry,
        executor: Executor,
        application: Application,
        scheduler: Scheduler,
        reactions: Reactions,
        hub: Hub,
    ) -> None:
        self._store = store
        self._flows = flows
        self._executor = executor
        self._application = application
        self._scheduler = scheduler
        self._reactions = reactions
        self._hub = hub
        self._notes: deque[tuple[PendingRecord, LiveExecution | None]] = deque()
        self._arrived = asyncio.Event()
        executor.on_set_off(self._take)

    async def load(self) -> None:
        """Read what is still to be done; after the scheduler was loaded, before `run`."""
        self._notes.extend((record, None) for record in await self._store.pending())
        self._arrived.set()

    async def run(self) -> None:
        """Work, for ever."""
        while True:
            await self._arrived.wait()  # no limit: there may be nothing to do
            self._arrived.clear()
            while self._notes:
                batch = [self._notes[index] for index in range(min(len(self._notes), BATCH_LIMIT))]
                try:
                    await self._work_off(batch)
                except (NotDurable, Overloaded) as error:
                    logger.warning("flow triggers have to wait: %s", error)
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                for _ in batch:
                    self._notes.popleft()

    def _take(self, set_off: SetOff) -> None:
        for record, live in set_off:
            self._notes.append((record, live if len(self._notes) < HELD_LIMIT else None))
        self._arrived.set()

    async def _work_off(self, batch: Sequence[tuple[PendingRecord, LiveExecution | None]]) -> None:
        notes = [(note, await self._execution(note, live)) for note, live in batch]
        keys = {key for note, live in notes for key in self._concerned(note, live)}
        async with self._scheduler.holding(keys):
            outcome = _Outcome()
            for note, live in notes:
                for key in self._concerned(note, live):
                    await self._react(key, note, live, outcome, keys)
            await self._commit(outcome, [note.id for note, _ in batch])
            for record in outcome.changed.values():
                self._scheduler.changed(record)
        for archived in outcome.failed:
            self._hub.summary_changed(archived.summary)

    def _concerned(self, note: PendingRecord, live: LiveExecution | None) -> Sequence[TriggerKey]:
        """Triggers that a note concerns, in order of key."""
        if note.kind is PendingKind.TOGGLE:
            return [(note.namespace, note.flow_id, note.trigger_id)]
        records = self._scheduler.records
        keys = list(records.listeners.of(note.namespace, note.flow_id, note.state))
        own_key = (note.namespace, note.flow_id, live.execution.trigger.id if live else "")
        own = records.get(own_key)
        if own is not None and note.state in own.stop_after:
            keys.append(own_key)
        return keys

    async def _react(
        self,
        key: TriggerKey,
        note: PendingRecord,
        live: LiveExecution | None,
        outcome: _Outcome,
        held: set[TriggerKey],
    ) -> None:
        record = outcome.changed.get(key) or self._scheduler.records.get(key)
        if record is None or key not in held:
            return
        try:
            plan = await self._flows.plan(record.namespace, record.flow_id)
        except (InvalidRequest, NotFound) as error:
            logger.warning("trigger %s/%s/%s starts nothing: %s", *key, error)
            return
        if note.kind is PendingKind.TOGGLE:
            outcome.changed[key] = self._scheduler.switched(
                record, plan.flow, is_enabled=note.is_enabled
            )
        elif key[:2] == (note.namespace, note.flow_id):
            outcome.changed[key] = self._scheduler.switched(record, plan.flow, is_enabled=False)
        elif live is not None and not record.is_disabled:
            await when_read(lambda: self._fire(key, record, plan, note, live, outcome))

    def _fire(
        self,
        key: TriggerKey,
        record: TriggerRecord,
        plan: Plan,
        note: PendingRecord,
        live: LiveExecution,
        outcome: _Outcome,
    ) -> None:
        trigger = next((one for one in plan.flow.triggers if one.id == key[2]), None)
        if trigger is None or trigger.is_disabled or plan.flow.is_disabled:
            return
        try:
            reaction = self._reactions.of(record, trigger, plan, note, live)
        except Wanted:
            raise
        except Exception:
            # One broken trigger must not stop all others.
            logger.exception("trigger %s/%s/%s starts nothing", *key)
            return
        if reaction.record != record:
            outcome.changed[key] = reaction.record
        if reaction.begun is not None:
            outcome.begun.append(reaction.begun)
        if reaction.failed is not None:
            outcome.failed.append(reaction.failed)

    async def _commit(self, outcome: _Outcome, done: Sequence[str]) -> None:
        attached = Commit(
            triggers=list(outcome.changed.values()), ended=outcome.failed, done_pending=done
        )
        work = self._application.beginnings(outcome.begun, attached)
        first = outcome.begun[0][0].execution_id if outcome.begun else done[0]
        await self._executor.submit(first, work)

    async def _execution(
        self, note: PendingRecord, live: LiveExecution | None
    ) -> LiveExecution | None:
        """The execution of a note; absent: none is needed, or it is gone."""
        if live is not None or note.kind is PendingKind.TOGGLE:
            return live
        live = self._executor.live(note.execution_id)
        if live is not None:
            return live
        archived = await self._store.execution(note.execution_id)
        if archived is None:
            logger.warning("execution %s is gone: no trigger reacts to it", note.execution_id)
            return None
        try:
            plan = await self._flows.plan(note.namespace, note.flow_id, note.flow_revision)
        except (InvalidRequest, NotFound) as error:
            logger.warning("no trigger reacts to execution %s: %s", note.execution_id, error)
            return None
        return _restored(archived, plan, note)


def _restored(archived: ArchivedExecution, plan: Plan, note: PendingRecord) -> LiveExecution:
    restored, _ = begin(ExecutionRestored(snapshot=archived.snapshot), note.at, plan)
    return restored
