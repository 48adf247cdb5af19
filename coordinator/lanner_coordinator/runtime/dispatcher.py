"""Which attempt goes to which agent: a queue of attempts and the free slots of connected agents.

Attempts of one demand (task type, labels, priority) wait in order; among demands that an agent can
serve the highest priority goes first, and of that the oldest attempt. Agents take turns, so that
work spreads. No waiting and no I/O here: the executor asks for matches in the course of a commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Demand(NamedTuple):
    """What the agent of an attempt must be.

    Attributes:
        task_type: The attempt's.
        labels: Labels that it must have, sorted.
        agent_id: The agent that has the folder in which it works; empty: any.
        later_types: Task types of those that will have to follow it to its agent.
        priority: The higher ones go first.
    """

    task_type: str
    labels: tuple[tuple[str, str], ...] = ()
    agent_id: str = ""
    later_types: frozenset[str] = frozenset()
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedAttempt:
    """An attempt that needs an agent.

    Attributes:
        execution_id: Whose.
        task_run_id: Whose.
        attempt_id: The fencing token.
        demand: What the agent must offer.
    """

    execution_id: str
    task_run_id: str
    attempt_id: str
    demand: Demand


@dataclass(slots=True, kw_only=True)
class AgentSlots:
    """What an agent offers.

    Attributes:
        agent_id: Its name.
        slots: How many attempts it runs at once.
        task_types: Canonical names.
        labels: Its labels.
        attempts: Attempts that it holds or is about to get.
        takes_work: False while it drains or lacks disk space.
        is_draining: While it drains it takes only what works in folders that it has.
    """

    agent_id: str
    slots: int
    task_types: frozenset[str]
    labels: Mapping[str, str]
    attempts: set[str] = field(default_factory=set)
    takes_work: bool = True
    is_draining: bool = False

    @property
    def has_room(self) -> bool:
        """Whether it can take one more."""
        return (self.takes_work or self.is_draining) and len(self.attempts) < self.slots

    def offers(self, demand: Demand) -> bool:
        """Whether it could run such an attempt."""
        if demand.task_type not in self.task_types or not demand.later_types <= self.task_types:
            return False
        if demand.agent_id:
            return demand.agent_id == self.agent_id
        return all(self.labels.get(name) == value for name, value in demand.labels)

    def takes(self, demand: Demand) -> bool:
        """Whether it runs such an attempt now."""
        return self.offers(demand) and (self.takes_work or bool(demand.agent_id))


class Dispatcher:
    """Attempts that wait and agents that have room."""

    def __init__(self) -> None:
        self._queues: dict[Demand, deque[tuple[int, QueuedAttempt]]] = {}
        self._waiting: dict[str, QueuedAttempt] = {}
        self._agents: dict[str, AgentSlots] = {}
        self._free: dict[str, None] = {}
        self._next_number = 0

    @property
    def waiting_count(self) -> int:
        """Attempts that wait."""
        return len(self._waiting)

    @property
    def waiting(self) -> Sequence[QueuedAttempt]:
        """Attempts that wait, in order."""
        return list(self._waiting.values())

    def enqueue(self, attempt: QueuedAttempt) -> None:
        """Let an attempt wait; harmless when it waits already."""
        if attempt.attempt_id in self._waiting:
            return
        self._waiting[attempt.attempt_id] = attempt
        self._next_number += 1
        queue = self._queues.setdefault(attempt.demand, deque())
        queue.append((self._next_number, attempt))

    def withdraw(self, attempt_id: str) -> bool:
        """Take a waiting attempt back; whether it waited. The queue passes over it later."""
        return self._waiting.pop(attempt_id, None) is not None

    def connect(self, agent: AgentSlots) -> None:
        """An agent takes work from now on, or offers something else than before."""
        earlier = self._agents.get(agent.agent_id)
        if earlier is not None:
            agent.attempts |= earlier.attempts
        self._agents[agent.agent_id] = agent
        self._update_room(agent)

    def disconnect(self, agent_id: str) -> None:
        """An agent takes no work."""
        self._agents.pop(agent_id, None)
        self._free.pop(agent_id, None)

    def occupy(self, agent_id: str, attempt_id: str) -> None:
        """An agent holds an attempt that was not matched here (it reconnected)."""
        agent = self._agents.get(agent_id)
        if agent is not None:
            agent.attempts.add(attempt_id)
            self._update_room(agent)

    def release(self, agent_id: str, attempt_id: str) -> None:
        """An agent no longer holds an attempt."""
        agent = self._agents.get(agent_id)
        if agent is not None:
            agent.attempts.discard(attempt_id)
            self._update_room(agent)

    def matches(self) -> Sequence[tuple[QueuedAttempt, str]]:
        """Attempts that can go now and their agents, whose slots are taken hereby."""
        matches: list[tuple[QueuedAttempt, str]] = []
        while self._waiting and self._free:
            match = self._next_match()
            if match is None:
                break
            attempt, agent = match
            self._take_first(attempt.demand)
            agent.attempts.add(attempt.attempt_id)
            self._free.pop(agent.agent_id, None)
            self._update_room(agent)
            matches.append((attempt, agent.agent_id))
        return matches

    def pending_reason(self, attempt_id: str) -> str:
        """Why an attempt waits, as a sentence; empty: it does not."""
        attempt = self._waiting.get(attempt_id)
        if attempt is None:
            return ""
        task_type, labels = attempt.demand.task_type, attempt.demand.labels
        fitting = [agent for agent in self._agents.values() if agent.offers(attempt.demand)]
        pinned_to = attempt.demand.agent_id
        if not fitting and pinned_to:
            return f'agent "{pinned_to}", which has its folder, is not connected'
        if not fitting:
            wish = "".join(f" {name}={value}" for name, value in labels)
            return f"no connected agent offers the task type {task_type}" + (
                f" with the labels{wish}" if wish else ""
            )
        if not any(agent.takes(attempt.demand) for agent in fitting):
            return "all agents that could run it are draining"
        return f"all slots of the {len(fitting)} agents that could run it are taken"

    def _update_room(self, agent: AgentSlots) -> None:
        if agent.has_room and agent.agent_id in self._agents:
            self._free.setdefault(agent.agent_id)
        else:
            self._free.pop(agent.agent_id, None)

    def _next_match(self) -> tuple[QueuedAttempt, AgentSlots] | None:
        heads = sorted(
            (queue[0] for queue in list(self._queues.values()) if self._clean(queue)),
            key=lambda head: (-head[1].demand.priority, head[0]),
        )
        for _, attempt in heads:
            for agent_id in self._free:
                agent = self._agents[agent_id]
                if agent.takes(attempt.demand):
                    return attempt, agent
        return None

    def _clean(self, queue: deque[tuple[int, QueuedAttempt]]) -> bool:
        """Drop withdrawn attempts from the head; whether any is left."""
        while queue and queue[0][1].attempt_id not in self._waiting:
            queue.popleft()
        return bool(queue)

    def _take_first(self, demand: Demand) -> None:
        queue = self._queues[demand]
        _, attempt = queue.popleft()
        del self._waiting[attempt.attempt_id]
        if not queue:
            del self._queues[demand]
