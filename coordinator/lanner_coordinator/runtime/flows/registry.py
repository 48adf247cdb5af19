"""The flows: current ones in memory as text, read when somebody needs their plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from weakref import WeakValueDictionary

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import Flow
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.flows.plans import PlanCache, RevisionKey
from lanner_coordinator.runtime.flows.reading import LONG_SOURCE, FlowReader
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import FlowRecord


class FlowRegistry:
    """All flows. Methods belong to the event loop's thread."""

    def __init__(self, *, store: Store, reader: FlowReader) -> None:
        self._store = store
        self._reader = reader
        self._current: dict[tuple[str, str], FlowRecord] = {}
        self._preloaded: dict[RevisionKey, FlowRecord] = {}
        self._plans = PlanCache()
        self._in_hand: WeakValueDictionary[int, Plan] = WeakValueDictionary()
        self._needed: set[RevisionKey] = set()
        self._withheld: set[RevisionKey] = set()
        self._purge_count = 0
        self._listeners: list[Callable[[Flow, int], None]] = []
        reader.on_change(self._plans.clear)

    async def load(self) -> None:
        """Read the current flows from the store; before anything else."""
        for record in await self._store.current_flows():
            self._current[record.namespace, record.flow_id] = record

    @property
    def count(self) -> int:
        """How many flows there are."""
        return len(self._current)

    def current(self) -> Sequence[FlowRecord]:
        """The current revision of each flow, in order of namespace and id."""
        return [self._current[key] for key in sorted(self._current)]

    def keys(self) -> Set[tuple[str, str]]:
        """Namespace and id of each flow, as they are at any time."""
        return self._current.keys()

    def namespaces(self) -> Iterable[str]:
        """The namespace of each flow; some may come more than once."""
        return (namespace for namespace, _ in self._current)

    def current_of(self, namespace: str, flow_id: str) -> FlowRecord | None:
        """The current revision of a flow; absent: there is no such flow."""
        return self._current.get((namespace, flow_id))

    async def record(self, namespace: str, flow_id: str, revision: int = 0) -> FlowRecord:
        """One revision as it was applied; 0: the current one, otherwise also of a deleted flow.

        Raises:
            NotFound: No such flow or revision.
        """
        current = self._current.get((namespace, flow_id))
        if current is not None and revision in (0, current.revision):
            return current
        record = None
        if revision:
            record = await self._store.flow_revision(namespace, flow_id, revision)
        is_withheld = (namespace, flow_id, revision) in self._withheld
        if record is None or record.is_deleted or is_withheld:
            raise no_such_flow(namespace, flow_id, revision)
        return record

    async def revisions(self, namespace: str, flow_id: str) -> Sequence[FlowRecord]:
        """Revisions, newest first, also of a deleted flow.

        Raises:
            NotFound: There never was such a flow.
        """
        records = await self._store.flow_revisions(namespace, flow_id)
        if not records:
            raise no_such_flow(namespace, flow_id, 0)
        return [record for record in records if not record.is_deleted]

    async def plan(self, namespace: str, flow_id: str, revision: int = 0) -> Plan:
        """The plan of a revision; arguments as of `record`.

        Raises:
            NotFound: No such flow or revision.
            InvalidRequest: It cannot be read any more.
        """
        current = self._current.get((namespace, flow_id))
        if current is not None and not revision:
            revision = current.revision
        plan = self._plans.get((namespace, flow_id, revision))
        if plan is not None:
            return plan
        purge_count = self._purge_count
        record = await self.record(namespace, flow_id, revision)
        age = self._plans.age
        if len(record.source) >= LONG_SOURCE:
            plan = await asyncio.to_thread(self._reader.read_stored, record)
        if self._purge_count != purge_count:
            # It may have been removed since it was read.
            return await self.plan(namespace, flow_id, revision)
        if plan is None:
            return self._read(record)
        self._in_hand[id(plan)] = plan
        if self._plans.age == age:
            self._plans.put((namespace, flow_id, record.revision), plan)
        return plan

    def plan_now(self, namespace: str, flow_id: str, revision: int = 0) -> Plan | None:
        """The plan of a revision, when it can be had at once; absent: `plan` takes its time.

        Raises:
            NotFound: No such flow.
            InvalidRequest: It cannot be read any more.
        """
        current = self._current.get((namespace, flow_id))
        if current is not None and not revision:
            revision = current.revision
        plan = self._plans.get((namespace, flow_id, revision))
        if plan is not None:
            return plan
        if current is None and not revision:
            raise no_such_flow(namespace, flow_id)
        if current is None or revision != current.revision or len(current.source) >= LONG_SOURCE:
            return None
        return self._read(current)

    async def preload(self, keys: Iterable[RevisionKey]) -> None:
        """Read revisions from the store, so that `plan_of` knows them; they stay in memory.

        Those that do not exist are passed over. None of them is ever withheld: an execution that
        cannot be rebuilt now may be after the next start.
        """
        for key in keys:
            self._needed.add(key)
            namespace, flow_id, revision = key
            current = self._current.get((namespace, flow_id))
            if current is not None and current.revision == revision:
                continue
            record = await self._store.flow_revision(namespace, flow_id, revision)
            if record is not None:
                self._preloaded[key] = record

    def plan_of(self, namespace: str, flow_id: str, revision: int) -> Plan:
        """The plan of the current or of a preloaded revision, at once.

        Raises:
            NotFound: It is neither.
            InvalidRequest: It cannot be read any more.
        """
        key = (namespace, flow_id, revision)
        plan = self._plans.get(key)
        if plan is not None:
            return plan
        record = self._current.get((namespace, flow_id))
        if record is None or record.revision != revision:
            record = self._preloaded.get(key)
        if record is None:
            raise no_such_flow(namespace, flow_id, revision)
        return self._read(record)

    def _read(self, record: FlowRecord) -> Plan:
        plan = self._reader.read_stored(record)
        self._in_hand[id(plan)] = plan
        self._plans.put((record.namespace, record.flow_id, record.revision), plan)
        return plan

    # For whoever removes revisions

    def withhold(self, keys: Collection[RevisionKey]) -> Collection[RevisionKey]:
        """Give revisions out no more until they are released; which ones.

        Not the current ones, nor those that somebody has in hand and may begin an execution with,
        nor those that executions needed when the coordinator started.
        """
        self._purge_count += 1
        for key in keys:
            self._plans.drop(key)
        in_hand = {
            (plan.flow.namespace, plan.flow.id, plan.revision) for plan in self._in_hand.values()
        }
        withheld = set(keys) - in_hand - self._needed
        withheld -= {key for key in keys if self._is_current(key)}
        self._withheld |= withheld
        return withheld

    def _is_current(self, key: RevisionKey) -> bool:
        record = self._current.get(key[:2])
        return record is not None and record.revision == key[2]

    def release(self, keys: Collection[RevisionKey]) -> None:
        """What was withheld has been removed, or is there all the same."""
        self._withheld.difference_update(keys)

    # For whoever changes flows

    def on_replaced(self, listener: Callable[[Flow, int], None]) -> None:
        """Call `listener` with each flow, and its revision, that becomes the current one."""
        self._listeners.append(listener)

    def replace(self, record: FlowRecord, flow: Flow) -> None:
        """A new revision is durable and current from now on."""
        self._current[record.namespace, record.flow_id] = record
        for listener in self._listeners:
            listener(flow, record.revision)

    def remove(self, namespace: str, flow_id: str) -> None:
        """A deletion is durable: the flow is gone."""
        del self._current[namespace, flow_id]


def no_such_flow(namespace: str, flow_id: str, revision: int = 0) -> NotFound:
    """The error that a flow, or a revision of it, does not exist."""
    which = f"revision {revision} of flow" if revision else "flow"
    return NotFound(f"there is no {which} {namespace}/{flow_id}")
