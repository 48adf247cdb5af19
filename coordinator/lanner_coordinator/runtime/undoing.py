"""Takes back a group that does not become durable: its executions are as their journals say.

What a group did besides its executions (slots, attempts that found an agent, keys) is taken back
too. The journal of the store is the only truth that is left of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lanner_coordinator.engine.commands import Command
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.errors import NotDurable
from lanner_coordinator.runtime.group import Group, LiveEntry
from lanner_coordinator.runtime.recovery import refold
from lanner_coordinator.runtime.state_counts import StateCounts
from lanner_coordinator.store.protocol import Store

Reopen = Callable[[LiveEntry, Sequence[Command]], None]
"""Goes on with an execution that was folded anew, with what is still to be done."""


def refuse_all(group: Group, cause: Exception) -> None:
    """Tell all callers of a group that nothing of it has happened."""
    for future in group.futures:
        if not future.done():
            error = NotDurable(f"nothing was done, the store says: {cause}")
            error.__cause__ = cause
            future.set_exception(error)


class Undoing:
    """Takes groups back."""

    def __init__(
        self,
        *,
        store: Store,
        application: Application,
        dispatcher: Dispatcher,
        slots: Slots,
        counts: StateCounts,
        reopen: Reopen,
    ) -> None:
        self._store = store
        self._application = application
        self._dispatcher = dispatcher
        self._slots = slots
        self._counts = counts
        self._reopen = reopen

    async def take_back(self, group: Group) -> None:
        """Let nothing of a group have happened.

        Raises:
            StoreError: A journal cannot be read.
        """
        self._application.take_back(group)
        for agent_id, assignment in group.assignments:
            self._dispatcher.release(agent_id, assignment.attempt_id)
        for execution_id, entry in group.touched.items():
            if execution_id in group.begun:
                group.live.pop(execution_id, None)
                self._slots.forget(entry.flow_id, execution_id)
            else:
                await self._refold(entry)

    async def _refold(self, entry: LiveEntry) -> None:
        for run_id in entry.live.execution.open_runs:
            attempt = entry.live.execution.task_runs[run_id].attempt
            if attempt is not None:
                self._dispatcher.withdraw(attempt.id)
        commands = await refold(self._store, entry)
        self._slots.restore(entry.live.execution)
        self._counts.put(entry.id, entry.live.execution.state)
        self._reopen(entry, commands)
