"""Hears what agents have seen that look for triggers.

A look is an attempt of the agents' protocol: it takes a slot, has a lease, can be cancelled and is
fenced by its id. It belongs to no execution: what is remembered of it stands in the record of its
trigger, durable before an agent is told, so that after a crash its end still counts. A look that
only waits for an agent is remembered in memory: its trigger is due all the same.

Everything about a trigger happens under its lock; what agents report waits in line for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from lanner_coordinator.engine import events
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import AgentLostPolicy
from lanner_coordinator.runtime.agents.agent import Holding
from lanner_coordinator.runtime.agents.reports import AttemptEvent
from lanner_coordinator.runtime.dispatcher import QueuedAttempt
from lanner_coordinator.runtime.errors import (
    CoordinatorError,
    InvalidRequest,
    NotFound,
)
from lanner_coordinator.runtime.polling import steps
from lanner_coordinator.runtime.polling.beginnings import PollBeginnings
from lanner_coordinator.runtime.polling.date_watch import DateWatch
from lanner_coordinator.runtime.polling.definition import Poll, is_polling, poll_of
from lanner_coordinator.runtime.polling.files import PollFiles
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.polling.outcomes import PollOutcomes
from lanner_coordinator.runtime.polling.rendering import MAX_DISCONNECT
from lanner_coordinator.runtime.schedule.records import key_of
from lanner_coordinator.store.trigger_records import TriggerRecord

logger = logging.getLogger(__name__)

PARALLEL_LIMIT = 100
"""Looks that begin or end at once."""

CLOCK_SECONDS = 30.0
"""How often it is looked whether somebody has set the clock back."""

RETRY_SECONDS = 5.0
"""When the end of a look that could not be committed is tried again."""

_Job = Callable[[], Awaitable[None]]


class Polls:
    """All looks. Methods belong to the event loop's thread."""

    def __init__(
        self,
        ground: PollGround,
        *,
        beginnings: PollBeginnings,
        outcomes: PollOutcomes,
        files: PollFiles,
    ) -> None:
        self._ground = ground
        self._beginnings = beginnings
        self._outcomes = outcomes
        self._files = files
        # Agents bound it: there is one for each slot, and what one agent reports at once.
        self._jobs: deque[_Job] = deque()
        self._arrived = asyncio.Event()
        self._date = DateWatch(ground.clock)

    # Start and run

    def load(self) -> None:
        """Take note of the looks that agents held before the coordinator's restart."""
        for key in self._ground.keeper.records.polls.values():
            record = self._ground.keeper.records.get(key)
            if record is None or record.poll is None:
                continue
            holding = Holding(
                attempt_id=record.poll.attempt_id,
                task_type=record.poll.task_type,
                policy=AgentLostPolicy.RETRY,
                max_disconnect=MAX_DISCONNECT,
            )
            self._ground.registry.adopt_holding(record.poll.agent_id, holding)

    async def run(self) -> None:
        """Work, for ever."""
        places = asyncio.Semaphore(PARALLEL_LIMIT)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_clock(), name="poll clock")
            while True:
                await self._arrived.wait()  # no limit: there may be nothing to do
                self._arrived.clear()
                while self._jobs:
                    await places.acquire()
                    tasks.create_task(_in_place(self._jobs.popleft(), places), name="poll")

    async def _watch_clock(self) -> None:
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            await self.follow_clock()

    async def follow_clock(self) -> None:
        """Let triggers not rest longer where somebody has set the clock back."""
        back = self._date.set_back()
        if not back:
            return
        for record in self._ground.keeper.records.all():
            if not is_polling(record.type):
                continue
            with contextlib.suppress(NotFound):
                async with self._ground.keeper.hold(key_of(record)) as held:
                    self._ground.keeper.records.put(steps.brought_forward(held, back))

    # For the executor and the agents

    def matched(self, attempt: QueuedAttempt, agent_id: str) -> None:
        """An agent has room for a look, and keeps it until it is told."""
        self._line_up(partial(self._beginnings.begin, attempt, agent_id))

    def report(self, event: AttemptEvent) -> asyncio.Future[None]:
        """Take what an agent reports; the future as `Reports.report` says."""
        future = asyncio.get_running_loop().create_future()
        if isinstance(event, events.AttemptStarted):
            future.set_result(None)
        else:
            self._line_up(partial(self._settle, event, future))
        return future

    def post(self, event: AttemptEvent) -> None:
        """Take what the coordinator finds out of a look; tried until it is durable."""
        self._line_up(partial(self._settle, event, None))

    # Ends

    async def _settle(self, event: AttemptEvent, future: asyncio.Future[None] | None) -> None:
        try:
            await self._end(event)
        except CoordinatorError as error:
            if future is None:
                loop = asyncio.get_running_loop()
                loop.call_later(RETRY_SECONDS, self.post, event)
            elif not future.done():
                future.set_exception(error)
            return
        if future is not None and not future.done():
            future.set_result(None)

    async def _end(self, event: AttemptEvent) -> None:
        key = self._ground.keeper.records.polls.get(event.attempt_id)
        if key is None:
            return
        try:
            async with self._ground.keeper.hold(key) as record:
                if record.poll is not None and record.poll.attempt_id == event.attempt_id:
                    await self._follow(record, event)
        except NotFound:
            # The trigger is gone, and its looks with it.
            return

    async def _follow(self, record: TriggerRecord, event: AttemptEvent) -> None:
        """Do what follows from the end of a look."""
        try:
            plan = await self._ground.flows.plan(record.namespace, record.flow_id)
        except (NotFound, InvalidRequest) as error:
            logger.warning("trigger %s/%s/%s starts nothing: %s", *key_of(record), error)
            await self._keep(replace(record, poll=None, next_at=None))
            return
        poll = poll_of(plan.flow, record.trigger_id)
        has_ended = isinstance(event, events.AttemptFinished) and event.state is not State.KILLED
        if poll is None or not has_ended:
            await self._keep(steps.repeated(record))
            return
        try:
            await self._conclude(record, poll, plan, event)
        except CoordinatorError:
            raise
        except Exception:
            # One broken trigger must not stop all others.
            logger.exception("trigger %s/%s/%s starts nothing", *key_of(record))
            told = "an error inside the coordinator, whose log tells more"
            await self._keep(steps.ended(record, poll, self._ground.clock.now(), told))

    async def _conclude(
        self, record: TriggerRecord, poll: Poll, plan: Plan, event: AttemptEvent
    ) -> None:
        if not isinstance(event, events.AttemptFinished):
            return
        owner = self._files.owner_of_files(event.attempt_id)
        if event.state in (State.SUCCESS, State.WARNING):
            secrets = await self._beginnings.secrets_of(record, poll, plan, event.attempt_id)
            if await self._outcomes.answered(record, poll, plan, event, secrets):
                return
        else:
            failed = await self._outcomes.failed(record, poll, plan, event.error)
            self._ground.keeper.records.put(failed)
        await self._files.drop(owner)

    async def _keep(self, record: TriggerRecord) -> None:
        await self._ground.starter.remember(record)
        self._ground.keeper.records.put(record)

    def _line_up(self, job: _Job) -> None:
        self._jobs.append(job)
        self._arrived.set()


async def _in_place(job: _Job, places: asyncio.Semaphore) -> None:
    try:
        await job()
    finally:
        places.release()
