"""Commits that are durable in the commit log but not in the tables yet.

The committer's thread adds them, the settler's thread takes them, and look-ups by id on the event
loop find in them what the tables do not show yet, without waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from lanner_coordinator.store.records import ArchivedExecution, Commit, RequestRecord

SETTLE_BYTES = 2 * 1024 * 1024
"""Encoded size of commits that is worth a batch at once."""

MAX_BYTES = 64 * 1024 * 1024
"""Encoded size of what may wait; commits wait, or are refused, where the tables do not keep up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Commits that became durable with one write.

    Attributes:
        number: Of the group in the commit log.
        commits: In order.
        size_bytes: Encoded.
    """

    number: int
    commits: Sequence[Commit]
    size_bytes: int

    @property
    def ended_count(self) -> int:
        """How many executions end in it."""
        return sum(len(commit.ended) for commit in self.commits)


class Unsettled:
    """Groups in order of number; all methods may be called from any thread.

    Attributes:
        changed: Held while the groups change; notified when there is something to do about it.
    """

    def __init__(self, last_number: int) -> None:
        self.changed = threading.Condition()
        self._groups: list[Group] = []
        self._size_bytes = 0
        self._last_number = last_number
        self._requests: dict[str, RequestRecord] = {}
        self._ended: dict[str, ArchivedExecution | None] = {}

    @property
    def last_number(self) -> int:
        """Number of the last group that was added."""
        return self._last_number

    @property
    def size_bytes(self) -> int:
        """Encoded size of all groups."""
        return self._size_bytes

    @property
    def is_full(self) -> bool:
        """Whether nothing should be added for now."""
        return self._size_bytes > MAX_BYTES

    def groups(self) -> Sequence[Group]:
        """All groups that are there now."""
        return list(self._groups)

    def request(self, request_id: str) -> RequestRecord | None:
        """The request of a key."""
        return self._requests.get(request_id)

    def execution(self, execution_id: str) -> ArchivedExecution | None:
        """The last archive of an execution."""
        return self._ended.get(execution_id)

    def is_removed(self, execution_id: str) -> bool:
        """Whether an execution was removed, though the tables may still show it."""
        return execution_id in self._ended and self._ended[execution_id] is None

    def add(self, group: Group) -> None:
        """Append a group."""
        with self.changed:
            is_first = not self._groups
            self._index(group)
            self._groups.append(group)
            self._size_bytes += group.size_bytes
            self._last_number = group.number
            # In between the settler has nothing to do but look at its clock, and it would be woken
            # for each group.
            if is_first or self._size_bytes >= SETTLE_BYTES:
                self.changed.notify_all()

    def drop(self, count: int) -> None:
        """Forget the first `count` groups, which the tables show now."""
        with self.changed:
            dropped = self._groups[:count]
            self._groups = self._groups[count:]
            self._size_bytes -= sum(group.size_bytes for group in dropped)
            self._requests = {}
            self._ended = {}
            for group in self._groups:
                self._index(group)
            self.changed.notify_all()

    def _index(self, group: Group) -> None:
        for commit in group.commits:
            for request in commit.requests:
                self._requests[request.request_id] = request
            for execution in commit.ended:
                self._ended[execution.summary.id] = execution
            for execution_id in commit.removed_executions:
                self._ended[execution_id] = None
