"""Records of triggers in memory, by their key and by flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lanner_coordinator.runtime.flow_triggers.listeners import Listeners
from lanner_coordinator.store.trigger_records import TriggerRecord

TriggerKey = tuple[str, str, str]
"""Namespace, flow id and trigger id."""


class TriggerRecords:
    """All records.

    Attributes:
        listeners: Those that listen to executions of other flows.
        polls: Those for which an agent looks, by the id of its attempt; to be read only.
    """

    def __init__(self) -> None:
        self._records: dict[TriggerKey, TriggerRecord] = {}
        self._by_flow: dict[tuple[str, str], set[str]] = {}
        self._poll_listeners: list[Callable[[TriggerKey, str], None]] = []
        self.listeners = Listeners()
        self.polls: dict[str, TriggerKey] = {}

    def on_poll_over(self, listener: Callable[[TriggerKey, str], None]) -> None:
        """Call `listener` when nobody waits any more for a look, however it ended.

        It is given the key and the attempt, whose id is empty where the look had not begun.
        """
        self._poll_listeners.append(listener)

    def get(self, key: TriggerKey) -> TriggerRecord | None:
        """One record."""
        return self._records.get(key)

    def put(self, record: TriggerRecord) -> None:
        """Replace or add a record."""
        key = key_of(record)
        known = self._records.get(key)
        self._forget_topics(key)
        self.listeners.put(record)
        self._records[key] = record
        self._follow_poll(key, known, record)
        self._by_flow.setdefault(key[:2], set()).add(record.trigger_id)

    def remove(self, key: TriggerKey) -> None:
        """Forget a record."""
        self._forget_topics(key)
        known = self._records.pop(key)
        self._follow_poll(key, known, None)
        ids = self._by_flow[key[:2]]
        ids.discard(key[2])
        if not ids:
            del self._by_flow[key[:2]]

    def of_flow(self, namespace: str, flow_id: str) -> Sequence[TriggerRecord]:
        """Records of a flow's triggers, in order of id."""
        ids = self._by_flow.get((namespace, flow_id), set())
        return [self._records[namespace, flow_id, trigger_id] for trigger_id in sorted(ids)]

    def all(self) -> Sequence[TriggerRecord]:
        """All records, in order of their keys."""
        return [self._records[key] for key in sorted(self._records)]

    def _follow_poll(
        self, key: TriggerKey, before: TriggerRecord | None, after: TriggerRecord | None
    ) -> None:
        earlier = before.poll.attempt_id if before is not None and before.poll else ""
        later = after.poll.attempt_id if after is not None and after.poll else ""
        if earlier:
            del self.polls[earlier]
        if later:
            self.polls[later] = key
        is_over = bool(earlier) and earlier != later
        is_idle = after is None or after.next_at is None
        if is_over or is_idle:
            for listener in self._poll_listeners:
                listener(key, earlier)

    def _forget_topics(self, key: TriggerKey) -> None:
        known = self._records.get(key)
        if known is not None:
            self.listeners.remove(known)


def key_of(record: TriggerRecord) -> TriggerKey:
    """Key of a record."""
    return record.namespace, record.flow_id, record.trigger_id
