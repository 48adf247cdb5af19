"""The seam between the triggers that agents look for and the keeper of all triggers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.runtime.executions.triggered import Triggered
from lanner_coordinator.runtime.schedule.records import TriggerKey, TriggerRecords
from lanner_coordinator.store.trigger_records import TriggerRecord


class PollKeeper(Protocol):
    """Keeps the records of triggers, as the scheduler does."""

    @property
    def records(self) -> TriggerRecords:
        """All of them; to be changed only while the trigger is held."""

    def hold(self, key: TriggerKey) -> AbstractAsyncContextManager[TriggerRecord]:
        """Hold a trigger while its record is changed; afterwards it is looked at.

        Raises:
            NotFound: There is no such trigger.
        """

    def poll_with(self, poller: Poller) -> None:
        """Have `poller` look for triggers; once, before any is looked at."""

    def look_later(self, key: TriggerKey) -> None:
        """Look at a trigger again soon: what it needs could not be made durable."""

    async def start(self, wanted: Triggered, if_failed: TriggerRecord) -> None:
        """Start an execution of a trigger that is held, and wait for its end if its record says so.

        Raises as `TriggeredExecutions.start`.
        """


class Poller(Protocol):
    """Has agents look for triggers."""

    async def attend(self, record: TriggerRecord, plan: Plan) -> TriggerRecord | None:
        """Do what is to be done for a trigger that is held and due.

        The record that counts from now on; absent: somebody looks, and says when that has ended.

        Raises:
            Overloaded: Too much is waiting.
            NotDurable: It could not be committed.
        """
