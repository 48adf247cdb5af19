"""Records of triggers in memory, by their key and by flow."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.runtime.flow_triggers.listeners import Listeners
from lanner_coordinator.store.trigger_records import TriggerRecord

TriggerKey = tuple[str, str, str]
"""Namespace, flow id and trigger id."""


class TriggerRecords:
    """All records.

    Attributes:
        listeners: Those that listen to executions of other flows.
    """

    def __init__(self) -> None:
        self._records: dict[TriggerKey, TriggerRecord] = {}
        self._by_flow: dict[tuple[str, str], set[str]] = {}
        self.listeners = Listeners()

    def get(self, key: TriggerKey) -> TriggerRecord | None:
        """One record."""
        return self._records.get(key)

    def put(self, record: TriggerRecord) -> None:
        """Replace or add a record."""
        key = key_of(record)
        self._forget_topics(key)
        self.listeners.put(record)
        self._records[key] = record
        self._by_flow.setdefault(key[:2], set()).add(record.trigger_id)

    def remove(self, key: TriggerKey) -> None:
        """Forget a record."""
        self._forget_topics(key)
        del self._records[key]
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

    def _forget_topics(self, key: TriggerKey) -> None:
        known = self._records.get(key)
        if known is not None:
            self.listeners.remove(known)


def key_of(record: TriggerRecord) -> TriggerKey:
    """Key of a record."""
    return record.namespace, record.flow_id, record.trigger_id
