"""The executor: event in, decide, commit, carry commands out.

Work on executions arrives in a queue. A group takes all that has arrived, applies it (evaluations
and native tasks are done at once, so that a chain of them is one commit), and becomes durable in
one commit; only then callers are answered, agents get their attempts and watchers are told. While
one group is written the next is built, of other executions: an execution with a commit under way
waits for it.

When a commit fails nothing of it has happened: its callers are told, and its executions are folded
    anew from the journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import (
    Cancel,
    CancelTimer,
    Command,
    RemoveFolder,
    StartTimer,
)
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.carrier import AttemptCarrier
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.errors import CoordinatorError, Overloaded
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.lookups import Lookups
from lanner_coordinator.runtime.queued_work import Item, Waiting
from lanner_coordinator.runtime.recovery import Plans, recover
from lanner_coordinator.runtime.state_counts import StateCounts
from lanner_coordinator.runtime.timers import TimerKey, Timers
from lanner_coordinator.runtime.undoing import Undoing, refuse_all
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, ExecutionSummary, PendingRecord

SetOff = Sequence[tuple[PendingRecord, LiveExecution]]
"""What executions set off, with the executions as they are."""

logger = logging.getLogger(__name__)

QUEUE_LIMIT = 50_000
"""Requests that may wait; beyond, callers are told to try again."""

GROUP_LIMIT = 1_000
"""Pieces of work in one commit."""

PIPELINE_LIMIT = 2
"""Commits under way at once."""

GATHER_SECONDS = 0.002
"""How long a group may wait for more to arrive while the event loop is busy."""

IDLE_TURN_SECONDS = 0.00015
"""A turn of the event loop that takes less had next to nothing to do."""

LAZY_SECONDS = 0.05
"""How long an event that nobody waits for may wait for company."""

RETRY_SECONDS = 1.0
"""When a commit that nobody waits for is tried again."""


class Executor:
    """Owns all live executions. All methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        application: Application,
        dispatcher: Dispatcher,
        hub: Hub,
        carrier: AttemptCarrier,
        slots: Slots,
    ) -> None:
        self._store = store
        self._clock = clock
        self._application = application
        self._dispatcher = dispatcher
        self._hub = hub
        self._carrier = carrier
        self._slots = slots
        self._entries: dict[str, LiveEntry] = {}
        self._inbox: deque[Item] = deque()
        self._waiting: dict[str, Waiting] = {}
        self._arrived = asyncio.Event()
        self._pipeline = asyncio.Semaphore(PIPELINE_LIMIT)
        self._lazy_flush: asyncio.TimerHandle | None = None
        self._timers = Timers(clock, self._timer_fired)
        self._lookups = Lookups(self.post)
        self._set_off_listeners: list[Callable[[SetOff], None]] = []
        self._listeners: list[Callable[[ExecutionSummary], None]] = []
        self._last_commit = timedelta()
        self._applied: list[Item] = []
        self._spoilers: list[tuple[Item, Exception]] = []
        self._counts = StateCounts()
        self._undoing = Undoing(
            store=store,
            application=application,
            dispatcher=dispatcher,
            slots=slots,
            counts=self._counts,
            reopen=self._reopen,
        )

    # For others

    @property
    def entries(self) -> dict[str, LiveEntry]:
        """Live executions by id; to be read only."""
        return self._entries

    @property
    def counts(self) -> StateCounts:
        """Live executions by state, as they are durable; to be read only."""
        return self._counts

    @property
    def last_commit(self) -> timedelta:
        """How long the newest durable commit took; 0 before the first."""
        return self._last_commit

    def on_ended(self, listener: Callable[[ExecutionSummary], None]) -> None:
        """Call `listener` after each archived end of an execution, durable by then."""
        self._listeners.append(listener)

    def on_set_off(self, listener: Callable[[SetOff], None]) -> None:
        """Call `listener` with what executions set off, durable by then."""
        self._set_off_listeners.append(listener)

    def live(self, execution_id: str) -> LiveExecution | None:
        """A live execution; to be read only, and not across an await."""
        entry = self._entries.get(execution_id)
        return entry.live if entry else None

    async def create(
        self, event: events.ExecutionCreated, plan: Plan, attached: Commit | None = None
    ) -> None:
        """Begin an execution; returns when it is durable, with what is attached.

        Raises:
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
        await self.submit(event.execution_id, self._application.beginning(event, plan, attached))

    async def keep(self, live: LiveExecution, attached: Commit) -> None:
        """Archive an execution that was over before it began; as part of what is attached.

        Raises as `create`.
        """
        await self.submit(live.execution.id, self._application.keeping(live, attached))

    async def submit(self, execution_id: str, work: Work) -> None:
        """Apply work to an execution; returns when it is durable.

        Raises what the work raises, Overloaded and NotDurable.
        """
        if len(self._inbox) >= QUEUE_LIMIT:
            raise Overloaded("the coordinator has too much to do; try again in a moment")
        future = asyncio.get_running_loop().create_future()
        self._add(Item(execution_id=execution_id, work=work, future=future))
        await future

    def post(self, execution_id: str, work: Work) -> None:
        """Apply work that nobody waits for; tried again until it is durable."""
        self._add(Item(execution_id=execution_id, work=work, is_retried=True))

    def report(
        self, execution_id: str, work: Work, *, is_lazy: bool = False
    ) -> asyncio.Future[None]:
        """Apply what an agent reports.

        The future is done when it is durable (or void), or fails with NotDurable.

        A lazy report waits a moment for other work on the same execution, to share its commit.
        """
        future = asyncio.get_running_loop().create_future()
        item = Item(execution_id=execution_id, work=work, future=future)
        if is_lazy:
            self._waiting.setdefault(execution_id, Waiting()).lazy.append(item)
            self._plan_lazy_flush()
        else:
            self._add(item)
        return future

    def match_later(self) -> None:
        """Slots have become free otherwise than by a report: look for matches soon."""
        self._arrived.set()

    def limit(self, flow: Flow, revision: int) -> None:
        """A revision of a flow has become the current one: its concurrency limit counts."""
        self._slots.learn((flow.namespace, flow.id), revision, flow.concurrency)
        self._arrived.set()

    @property
    def next_timer_at(self) -> datetime | None:
        """When the next timer of an execution is due; absent: none waits for a date."""
        return self._timers.next_at

    def wake_timers(self) -> None:
        """The clock was set: look at the timers at once."""
        self._timers.wake()

    # Start and run

    async def restore(self, plans: Plans) -> None:
        """Rebuild all live executions from the journal, before `run`."""
        for entry, commands in await recover(self._store, plans):
            self._entries[entry.id] = entry
            self._counts.put(entry.id, entry.live.execution.state)
            self._slots.learn(
                entry.flow_id, entry.live.plan.revision, entry.live.plan.flow.concurrency
            )
            self._slots.restore(entry.live.execution)
            self._reopen(entry, commands)

    async def run(self) -> None:
        """Work, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._timers.run(), name="timers")
            tasks.create_task(self._lookups.run(), name="lookups")
            while True:
                await self._arrived.wait()  # no limit: there may be nothing to do
                await self._pipeline.acquire()
                await self._gather()
                group = self._build_group()
                if self._spoilers:
                    spoiled = self._start_over(group, self._applied, self._spoilers)
                    tasks.create_task(spoiled, name="undo")
                elif group.is_empty:
                    self._pipeline.release()
                    self._publish(group)
                else:
                    tasks.create_task(self._carry_through(group), name="commit")

    # Groups

    def _add(self, item: Item) -> None:
        self._inbox.append(item)
        self._arrived.set()

    async def _gather(self) -> None:
        """While the loop is busy let more arrive: a commit costs the same for one and for many."""
        now = began = self._clock.monotonic()
        is_busy = True
        while is_busy and now < began + GATHER_SECONDS and len(self._inbox) < GROUP_LIMIT:
            await asyncio.sleep(0)
            before, now = now, self._clock.monotonic()
            is_busy = now > before + IDLE_TURN_SECONDS

    def _build_group(self) -> Group:
        group = Group(now=self._clock.now(), live=self._entries)
        self._spoilers, self._applied = [], []
        for _ in range(min(len(self._inbox), GROUP_LIMIT)):
            item = self._inbox.popleft()
            self._apply_or_defer(item, group)
        for attempt, agent_id in self._dispatcher.matches():
            self._apply_or_defer(self._match_item(attempt, agent_id), group)
        self._give_slots(group)
        self._application.tell_of_changes(group)
        for entry in group.touched.values():
            entry.is_in_flight = True
        if not self._inbox:
            self._arrived.clear()
        return group

    def _give_slots(self, group: Group) -> None:
        """Begin queued executions for those that end in this group."""
        while self._slots.has_stirred:
            for execution_id in self._slots.next_starts(self._may_start):
                work = self._application.start_now(execution_id)
                self._apply(Item(execution_id=execution_id, work=work), group)
        self._slots.close_group()

    def _may_start(self, execution_id: str) -> bool:
        entry = self._entries.get(execution_id)
        return entry is not None and not entry.is_in_flight

    def _apply_or_defer(self, item: Item, group: Group) -> None:
        entry = self._entries.get(item.execution_id)
        waiting = self._waiting.get(item.execution_id)
        if entry is not None and entry.is_in_flight:
            waiting = self._waiting.setdefault(item.execution_id, Waiting())
            waiting.deferred.append(item)
            return
        if waiting is not None and waiting.lazy:
            lazy, waiting.lazy = waiting.lazy, []
            for earlier in lazy:
                self._apply(earlier, group)
        self._apply(item, group)

    def _apply(self, item: Item, group: Group) -> None:
        try:
            item.work(self._entries.get(item.execution_id), group)
        except CoordinatorError as error:
            self._refuse(item, error)
            return
        except Exception as error:  # noqa: BLE001 - the loop must survive; the caller is told
            # It may have changed half of what it was to change: nothing of the group is kept.
            self._spoilers.append((item, error))
            return
        if item.future is not None or item.is_retried:
            # All else comes again by itself, out of the executions that are folded anew.
            self._applied.append(item)
        if item.future is not None:
            group.futures.append(item.future)
        elif item.is_retried:
            group.retried.append((item.execution_id, item.work))
        for execution_id, rest in group.take_continuations():
            self._add(Item(execution_id=execution_id, work=rest))

    def _refuse(self, item: Item, error: Exception) -> None:
        if item.future is None:
            logger.error("execution %s: %s", item.execution_id, error, exc_info=error)
        elif not item.future.done():
            item.future.set_exception(error)

    def _match_item(self, attempt: QueuedAttempt, agent_id: str) -> Item:
        work = self._application.match(attempt, agent_id)
        return Item(execution_id=attempt.execution_id, work=work)

    async def _carry_through(self, group: Group) -> None:
        began = self._clock.monotonic()
        try:
            await self._store.commit(group.commit())
        except StoreError as error:
            logger.error("a commit failed, nothing of it has happened: %s", error)
            await self._undo(group, error)
        else:
            self._last_commit = timedelta(seconds=self._clock.monotonic() - began)
            self._publish(group)
        finally:
            self._pipeline.release()
            self._land(group)

    def _land(self, group: Group) -> None:
        """Let waiting work on the group's executions go on."""
        for execution_id, entry in group.touched.items():
            entry.is_in_flight = False
            self._slots.stir(entry.flow_id)
            waiting = self._waiting.get(execution_id)
            if waiting is None:
                continue
            self._inbox.extendleft(reversed(waiting.deferred))
            waiting.deferred.clear()
            if not waiting.lazy:
                del self._waiting[execution_id]
        if self._inbox or self._slots.has_stirred:
            self._arrived.set()

    def _publish(self, group: Group) -> None:
        for execution_id in group.ended:
            self._slots.forget(group.touched[execution_id].flow_id, execution_id)
            self._forget(execution_id)
        for execution_id, command in group.after:
            self._carry_out(execution_id, command)
        for agent_id, assignment in group.assignments:
            self._carrier.assign(agent_id, assignment)
        for execution_id, work in group.posts:
            self.post(execution_id, work)
        self._lookups.put_all(group)
        for future in group.futures:
            if not future.done():
                future.set_result(None)
        self._tell(group)
        if group.set_off:
            for listener in self._set_off_listeners:
                listener(group.set_off)

    def _forget(self, execution_id: str) -> None:
        del self._entries[execution_id]
        self._counts.drop(execution_id)
        self._timers.cancel_all(execution_id)

    def _carry_out(self, execution_id: str, command: Command) -> None:
        match command:
            case StartTimer():
                if execution_id in self._entries:
                    self._timers.start((execution_id, command.timer_id), command.at)
            case CancelTimer():
                self._timers.cancel((execution_id, command.timer_id))
            case RemoveFolder():
                self._carrier.remove_folder(command.agent_id, command.folder_id)
            case Cancel():
                self._carrier.cancel(command.attempt_id, command.grace_seconds)
            case _:
                raise AssertionError(f"{command} is carried out before the commit")

    def _tell(self, group: Group) -> None:
        self._hub.lines_written(group.logs)
        for execution_id, entry in group.touched.items():
            if execution_id not in group.ended:
                self._counts.put(execution_id, entry.live.execution.state)
            run_ids = list(entry.live.changed_runs)
            entry.live.changed_runs.clear()
            is_restarted = execution_id in group.restarted
            self._hub.execution_changed(execution_id, run_ids, is_restarted=is_restarted)
            if self._hub.has_list_watchers and execution_id not in group.ended:
                self._hub.summary_changed(summarize(entry.live.execution))
        for execution_id, archived in group.ended.items():
            self._hub.summary_changed(archived.summary)
            self._hub.log_ended(execution_id)
            if execution_id in group.amended:
                continue
            for listener in self._listeners:
                listener(archived.summary)

    # Failed commits

    async def _undo(self, group: Group, cause: StoreError) -> None:
        refuse_all(group, cause)
        await self._undoing.take_back(group)
        loop = asyncio.get_running_loop()
        for execution_id, work in group.retried:
            loop.call_later(RETRY_SECONDS, self.post, execution_id, work)

    async def _start_over(
        self, group: Group, applied: Sequence[Item], spoilers: Sequence[tuple[Item, Exception]]
    ) -> None:
        """Take a group back that an error of the engine spoiled; its other work is done again."""
        try:
            await self._undoing.take_back(group)
        finally:
            self._pipeline.release()
            self._land(group)
            self._inbox.extendleft(reversed(applied))
            self._arrived.set()
            for item, error in spoilers:
                self._refuse(item, error)

    def _reopen(self, entry: LiveEntry, commands: Sequence[Command]) -> None:
        self.post(entry.id, self._application.continuation(commands))

    # Time

    def _timer_fired(self, key: TimerKey) -> None:
        execution_id, timer_id = key
        event = events.TimerFired(timer_id=timer_id)
        self.post(execution_id, self._application.feeding(event))

    def _plan_lazy_flush(self) -> None:
        if self._lazy_flush is None:
            loop = asyncio.get_running_loop()
            self._lazy_flush = loop.call_later(LAZY_SECONDS, self._flush_lazy)

    def _flush_lazy(self) -> None:
        self._lazy_flush = None
        for waiting in list(self._waiting.values()):
            lazy, waiting.lazy = waiting.lazy, []
            for item in lazy:
                self._add(item)

    @property
    def now(self) -> datetime:
        """The clock's time, for callers that make events."""
        return self._clock.now()
