"""Messages to an agent, in order, until it has acknowledged them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from lanner_coordinator.runtime.agents.messages import (
    Assignment,
    CancelAttempt,
    Drain,
    Numbered,
    RemoveFolder,
)


class Outbox:
    """Numbered messages of one lineage (agent id and boot id).

    It holds no more than the agent has slots, a cancel for each, drains, and
    folders to remove.

    Args:
        last_sequence: Last number that the agent has seen already, from before a restart of the
            coordinator: a new message with such a number would count as a repetition.
    """

    def __init__(self, last_sequence: int = 0) -> None:
        self._unacknowledged: deque[Numbered] = deque()
        self._last_sequence = last_sequence

    def put(self, message: Assignment | CancelAttempt | Drain | RemoveFolder) -> Numbered:
        """Number a message and keep it."""
        self._last_sequence += 1
        numbered = Numbered(sequence=self._last_sequence, message=message)
        self._unacknowledged.append(numbered)
        return numbered

    def acknowledge(self, sequence: int) -> None:
        """Drop what the agent has, up to this sequence."""
        while self._unacknowledged and self._unacknowledged[0].sequence <= sequence:
            self._unacknowledged.popleft()

    def unacknowledged(self) -> Sequence[Numbered]:
        """What is to be sent again after a reconnect."""
        return list(self._unacknowledged)

    def holds_assignment(self, attempt_id: str) -> bool:
        """Whether the assignment of an attempt is still to be acknowledged."""
        return any(
            isinstance(numbered.message, Assignment) and numbered.message.attempt_id == attempt_id
            for numbered in self._unacknowledged
        )

    def holds_folder(self, folder_id: str) -> bool:
        """Whether an assignment in this shared folder is still to be acknowledged."""
        return any(
            isinstance(numbered.message, Assignment)
            and numbered.message.shared_folder is not None
            and numbered.message.shared_folder.folder_id == folder_id
            for numbered in self._unacknowledged
        )
