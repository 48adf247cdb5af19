"""The slots of flows: which executions of a flow run, and which wait for one of them to end.

A slot is no number that is counted up and down: it is the live execution itself, found by its id.
So nothing can leak, and after a crash the slots are what the live executions say. The slot of an
execution that ends may be given on in the same group of events, which becomes durable as a whole;
to any other group it counts as taken until that group is durable.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.engine.events import SlotAnswered, Verdict
from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.policies import Concurrency, LimitBehavior

FlowId = tuple[str, str]
"""Namespace and id of a flow."""


@dataclass(slots=True, kw_only=True)
class _Flow:
    """The live executions of one flow.

    Attributes:
        revision: The newest one that was seen.
        concurrency: Its limit; absent: none.
        running: Ids of those that began and have not durably ended.
        leaving: Ids of those among them that end in the group that is being built.
        waiting: Ids of those that are queued, with their tickets, first come first.
        last_ticket: The newest ticket.
    """

    revision: int = 0
    concurrency: Concurrency | None = None
    running: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    waiting: OrderedDict[str, int] = field(default_factory=OrderedDict)
    last_ticket: int = 0

    @property
    def has_room(self) -> bool:
        """Whether one more execution may run."""
        if self.concurrency is None:
            return True
        return len(self.running) - len(self.leaving) < self.concurrency.limit


class Slots:
    """All flows' slots. Everything costs the same however many run or wait."""

    def __init__(self) -> None:
        self._flows: dict[FlowId, _Flow] = {}
        self._stirred: dict[FlowId, None] = {}
        self._left: set[FlowId] = set()

    def learn(self, flow_id: FlowId, revision: int, concurrency: Concurrency | None) -> None:
        """Tell the limit of a revision; only the newest one counts."""
        flow = self._flow(flow_id)
        if revision >= flow.revision:
            flow.revision, flow.concurrency = revision, concurrency
            self.stir(flow_id)

    def is_limited(self, flow_id: FlowId) -> bool:
        """Whether an execution of the flow must ask before it begins."""
        flow = self._flows.get(flow_id)
        return flow is not None and flow.concurrency is not None

    def running_count(self, flow_id: FlowId) -> int:
        """How many executions of a flow run."""
        flow = self._flows.get(flow_id)
        return 0 if flow is None else len(flow.running)

    def waiting_count(self, flow_id: FlowId) -> int:
        """How many executions of a flow are queued."""
        flow = self._flows.get(flow_id)
        return 0 if flow is None else len(flow.waiting)

    # Beginnings

    def ask(self, flow_id: FlowId, execution_id: str, *, must_wait: bool = False) -> SlotAnswered:
        """Whether an execution may begin now; if so, it has its slot.

        One that `must_wait` is queued, whatever the flow says of executions beyond the limit.
        """
        flow = self._flow(flow_id)
        if execution_id in flow.waiting:
            return SlotAnswered(verdict=Verdict.QUEUE, ticket=flow.waiting[execution_id])
        if execution_id in flow.running or (flow.has_room and not flow.waiting):
            flow.running.add(execution_id)
            return SlotAnswered(verdict=Verdict.START)
        behavior = flow.concurrency.behavior if flow.concurrency else LimitBehavior.QUEUE
        if behavior is not LimitBehavior.QUEUE and not must_wait:
            return SlotAnswered(verdict=Verdict(behavior.value))
        flow.last_ticket += 1
        flow.waiting[execution_id] = flow.last_ticket
        return SlotAnswered(verdict=Verdict.QUEUE, ticket=flow.last_ticket)

    def start(self, flow_id: FlowId, execution_id: str) -> None:
        """An execution begins, whether there is room or not."""
        flow = self._flow(flow_id)
        flow.waiting.pop(execution_id, None)
        flow.running.add(execution_id)

    def next_starts(self, is_free: Callable[[str], bool]) -> Sequence[str]:
        """Queued executions whose turn has come, which have their slots by now.

        `is_free` says whether an execution can be told at once; one that cannot holds up those
        behind it until somebody stirs the flow again.
        """
        started: list[str] = []
        while self._stirred:
            flow = self._flows.get(self._stirred.popitem()[0])
            while flow and flow.waiting and flow.has_room:
                execution_id = next(iter(flow.waiting))
                if not is_free(execution_id):
                    break
                del flow.waiting[execution_id]
                flow.running.add(execution_id)
                started.append(execution_id)
        return started

    def stir(self, flow_id: FlowId) -> None:
        """Look at the flow's queue next time."""
        flow = self._flows.get(flow_id)
        if flow is not None and flow.waiting:
            self._stirred[flow_id] = None

    @property
    def has_stirred(self) -> bool:
        """Whether there are queues to look at."""
        return bool(self._stirred)

    # Ends

    def leave(self, flow_id: FlowId, execution_id: str) -> None:
        """An execution ends in the group that is being built."""
        flow = self._flow(flow_id)
        flow.waiting.pop(execution_id, None)
        if execution_id in flow.running:
            flow.leaving.add(execution_id)
            self._left.add(flow_id)
            self.stir(flow_id)

    def close_group(self) -> None:
        """No more events come into the group: what leaves in it stays until it is durable."""
        for flow_id in self._left:
            self._flow(flow_id).leaving.clear()
        self._left.clear()

    def forget(self, flow_id: FlowId, execution_id: str) -> None:
        """An execution is gone for good: its end is durable, or its beginning never was."""
        flow = self._flow(flow_id)
        flow.waiting.pop(execution_id, None)
        flow.running.discard(execution_id)
        self.stir(flow_id)

    # Crashes and failed commits

    def restore(self, execution: Execution) -> None:
        """Put an execution back where its state says that it belongs."""
        flow_id = (execution.namespace, execution.flow_id)
        flow = self._flow(flow_id)
        flow.running.discard(execution.id)
        flow.waiting.pop(execution.id, None)
        if execution.state is State.QUEUED:
            self._queue_again(flow, execution)
        elif execution.is_begun:
            flow.running.add(execution.id)
        self.stir(flow_id)

    @staticmethod
    def _queue_again(flow: _Flow, execution: Execution) -> None:
        ticket = execution.queue_ticket
        last = next(reversed(flow.waiting.values()), 0)
        flow.waiting[execution.id] = ticket
        flow.last_ticket = max(flow.last_ticket, ticket)
        if ticket < last:
            flow.waiting = OrderedDict(sorted(flow.waiting.items(), key=lambda item: item[1]))

    def _flow(self, flow_id: FlowId) -> _Flow:
        flow = self._flows.get(flow_id)
        if flow is None:
            flow = self._flows[flow_id] = _Flow()
        return flow
