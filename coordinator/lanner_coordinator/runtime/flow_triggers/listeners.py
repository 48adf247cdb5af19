"""Finds the triggers that listen to an execution, without looking at all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lanner_coordinator.runtime.flow_triggers.topics import ANY, flow_topic
from lanner_coordinator.store.trigger_records import TriggerRecord

_Key = tuple[str, str, str]
"""Namespace, flow id and trigger id."""


class Listeners:
    """Triggers by what they listen to."""

    def __init__(self) -> None:
        self._by_topic: dict[str, dict[_Key, TriggerRecord]] = {}
        self._lengths = {"prefix": Counter[int](), "suffix": Counter[int]()}

    def put(self, record: TriggerRecord) -> None:
        """A trigger listens to the topics of its record."""
        key = (record.namespace, record.flow_id, record.trigger_id)
        for topic in record.topics:
            if topic not in self._by_topic:
                self._count(topic, 1)
            self._by_topic.setdefault(topic, {})[key] = record

    def remove(self, record: TriggerRecord) -> None:
        """A trigger listens no more to the topics of its record."""
        key = (record.namespace, record.flow_id, record.trigger_id)
        for topic in record.topics:
            listening = self._by_topic.get(topic, {})
            listening.pop(key, None)
            if topic in self._by_topic and not listening:
                del self._by_topic[topic]
                self._count(topic, -1)

    def of(self, namespace: str, flow_id: str, state: str) -> Sequence[_Key]:
        """Triggers of other flows that want to see an execution in a state, in order of key."""
        found = {
            key
            for topic in self._topics(namespace, flow_id)
            for key, record in self._by_topic.get(topic, {}).items()
            if not record.is_disabled
            and state in record.states
            and (record.namespace, record.flow_id) != (namespace, flow_id)
        }
        return sorted(found)

    def _topics(self, namespace: str, flow_id: str) -> Iterator[str]:
        yield ANY
        yield flow_topic(namespace, flow_id)
        yield f"namespace:{namespace}"
        for length in self._lengths["prefix"]:
            yield f"prefix:{namespace[:length]}"
        for length in self._lengths["suffix"]:
            yield f"suffix:{namespace[-length:]}"

    def _count(self, topic: str, by: int) -> None:
        """Remember which lengths of prefixes and suffixes there are."""
        kind, _, value = topic.partition(":")
        if kind in self._lengths:
            self._lengths[kind][len(value)] += by
            self._lengths[kind] += Counter()
