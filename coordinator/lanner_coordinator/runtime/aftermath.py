"""What executions set off beyond themselves, put down in the commit in which they do.

It is worked off later, from the notes; see `flow_triggers`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.types.native_type import Toggle
from lanner_coordinator.runtime.group import Group, LiveEntry
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.store.records import PendingRecord


class Aftermath(Protocol):
    """Knows what executions set off."""

    def of_change(self, live: LiveExecution, number: int) -> PendingRecord | None:
        """What a state change of an execution sets off; absent: nothing.

        Args:
            live: The execution; it may have gone on since.
            number: Of the change in its list of changes.
        """

    def of_toggle(
        self, live: LiveExecution, toggle: Toggle, attempt_id: str, at: datetime
    ) -> PendingRecord | None:
        """What a task of an execution asks of a trigger; absent: there is no such trigger."""


class NoAftermath:
    """Nobody waits for anything, and there are no triggers."""

    def of_change(self, live: LiveExecution, number: int) -> PendingRecord | None:
        """Nothing."""
        return None

    def of_toggle(
        self, live: LiveExecution, toggle: Toggle, attempt_id: str, at: datetime
    ) -> PendingRecord | None:
        """Nothing."""
        return None


def put_down_changes(aftermath: Aftermath, group: Group) -> None:
    """Put down what the states that the group's executions have reached set off."""
    for entry in group.touched.values():
        changes = entry.live.execution.changes
        for number in range(entry.told_count, len(changes)):
            pending = aftermath.of_change(entry.live, number)
            if pending is not None:
                group.set_off.append((pending, entry.live))
        entry.told_count = len(changes)


def put_down_kept(aftermath: Aftermath, live: LiveExecution, group: Group) -> None:
    """Put down what an execution sets off that was over before it began."""
    for number in range(len(live.execution.changes)):
        pending = aftermath.of_change(live, number)
        if pending is not None:
            group.set_off.append((pending, live))


def put_down_toggles(
    aftermath: Aftermath, entry: LiveEntry, result: InlineResult, group: Group
) -> events.Event:
    """Put down which triggers a task enables or disables; how its attempt ends.

    One that names a trigger that is not there fails, and changes nothing.
    """
    event = result.event
    if not isinstance(event, events.AttemptFinished):
        return event
    notes = []
    for toggle in result.toggles:
        note = aftermath.of_toggle(entry.live, toggle, event.attempt_id, group.now)
        if note is None:
            trigger_id = mask(toggle.trigger_id, result.secrets)
            error = f'there is no trigger "{trigger_id}" in that flow'
            return msgspec.structs.replace(event, state=State.FAILED, error=error, cause="task")
        notes.append((note, entry.live))
    group.set_off.extend(notes)
    return event
