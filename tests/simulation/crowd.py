"""Many executions of one limited flow, in groups that may fail, under coordinators that die.

What is durable is the journal alone. After each commit the journal must hold: no more executions
run than the limit says, and they began in the order in which they came.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import AskForSlot, EndExecution
from lanner_coordinator.engine.decide import begin, decide
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import make_plan
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import Flow, Task, TaskKind
from lanner_coordinator.flow.policies import Concurrency, LimitBehavior

FLOW = ("simulation", "crowd")
NOW = datetime(2030, 1, 1, tzinfo=UTC)
Group = dict[str, list[events.Event]]


class Crowd:
    """A coordinator's executions, as much of them as concurrency limits see.

    Attributes:
        journal: What is durable, by execution.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"{seed}/crowd")
        behavior = self._chance.choice((LimitBehavior.QUEUE,) * 3 + tuple(LimitBehavior))
        self._limit = Concurrency(limit=self._chance.randint(1, 3), behavior=behavior)
        self._wanted = self._chance.randint(1, 12)
        task = Task(id="work", type="a.task", kind=TaskKind.AGENT)
        flow = Flow(id="crowd", namespace="simulation", tasks=(task,), concurrency=self._limit)
        self._plan = make_plan(flow, 1)
        self._failure_rate = self._chance.choice((0.0, 0.2))
        self._crash_rate = self._chance.choice((0.0, 0.05))
        self.journal: dict[str, list[events.Event]] = {}
        self._begun: list[int] = []
        self._asked = 0
        self._restart()

    def run(self) -> None:
        """Go on until every execution has ended.

        Raises:
            AssertionError: The limit, the order or an end is missed.
        """
        for _ in range(5_000):
            if self._asked == self._wanted and not self._live and not self._in_flight:
                break
            self._step()
        assert not self._live, f"they wait for ever: {self._states()}"
        self._check_order()

    def _step(self) -> None:
        if self._chance.random() < self._crash_rate:
            self._restart()
        elif len(self._in_flight) == 2 or (self._in_flight and self._chance.random() < 0.5):
            self._land(self._in_flight.pop(self._chance.randrange(len(self._in_flight))))
        else:
            self._build()

    # Groups, as the executor makes them

    def _build(self) -> None:
        self._group: Group = {}
        for _ in range(self._chance.randint(0, 4)):
            if self._asked < self._wanted and self._chance.random() < 0.5:
                self._create()
            else:
                self._something_happens()
        while self._slots.has_stirred:
            for execution_id in self._slots.next_starts(self._is_free):
                self._begun.append(self._live[execution_id].execution.queue_ticket)
                self._feed(execution_id, events.StartAllowed())
        self._slots.close_group()
        if self._group:
            self._busy.update(self._group)
            self._in_flight.append(self._group)

    def _is_free(self, execution_id: str) -> bool:
        return execution_id in self._live and execution_id not in self._busy

    def _create(self) -> None:
        self._asked += 1
        created = events.ExecutionCreated(
            execution_id=f"E{self._asked:02}",
            namespace="simulation",
            flow_id="crowd",
            flow_revision=1,
            inputs={},
            labels={},
            trigger=events.TriggerInfo(kind="manual"),
            is_limited=True,
        )
        live, wishes = begin(created, NOW, self._plan)
        self._live[created.execution_id] = live
        self._group[created.execution_id] = [created]
        self._obey(created.execution_id, wishes)

    def _something_happens(self) -> None:
        free = [
            execution_id for execution_id in self._live if self._is_free(execution_id)
            and not self._live[execution_id].execution.state.is_terminal
        ]  # fmt: skip
        if not free:
            return
        execution_id = self._chance.choice(free)
        if self._live[execution_id].execution.state is State.QUEUED:
            if self._chance.random() < 0.1:
                self._feed(execution_id, events.KillRequested(by="someone"))
        elif self._live[execution_id].execution.is_begun:
            attempt_id = f"{execution_id}-1.1"
            outcome = self._chance.choice((State.SUCCESS, State.FAILED))
            self._feed(execution_id, events.AttemptFinished(attempt_id=attempt_id, state=outcome))

    def _feed(self, execution_id: str, event: events.Event) -> None:
        self._group.setdefault(execution_id, []).append(event)
        self._obey(execution_id, decide(self._live[execution_id], event, NOW))

    def _obey(self, execution_id: str, wishes: Sequence[object]) -> None:
        for wish in wishes:
            if isinstance(wish, AskForSlot):
                answer = self._slots.ask(FLOW, execution_id)
                if answer.verdict is events.Verdict.START:
                    assert State.QUEUED.value not in self._states().values(), "it jumps the queue"
                self._feed(execution_id, answer)
            elif isinstance(wish, EndExecution):
                self._slots.leave(FLOW, execution_id)

    def _land(self, group: Group) -> None:
        fails = self._chance.random() < self._failure_rate
        for execution_id, happened in group.items():
            if not fails:
                self.journal.setdefault(execution_id, []).extend(happened)
            elif execution_id not in self.journal:
                del self._live[execution_id]
                self._slots.forget(FLOW, execution_id)
            else:
                self._live[execution_id] = self._fold(execution_id)
                self._slots.restore(self._live[execution_id].execution)
            self._busy.discard(execution_id)
            if execution_id in self._live and not fails:
                self._bury(execution_id)
            self._slots.stir(FLOW)
        self._check_limit()

    def _bury(self, execution_id: str) -> None:
        if self._live[execution_id].execution.state.is_terminal:
            del self._live[execution_id]
            self._slots.forget(FLOW, execution_id)

    # Crashes

    def _restart(self) -> None:
        self._slots = Slots()
        self._slots.learn(FLOW, 1, self._limit)
        self._live: dict[str, LiveExecution] = {}
        self._busy: set[str] = set()
        self._in_flight: list[Group] = []
        self._group = {}
        for execution_id in self._chance.sample(sorted(self.journal), len(self.journal)):
            live = self._fold(execution_id)
            if not live.execution.state.is_terminal:
                self._live[execution_id] = live
                self._slots.restore(live.execution)

    def _fold(self, execution_id: str) -> LiveExecution:
        first, *rest = self.journal[execution_id]
        assert isinstance(first, events.ExecutionCreated)
        live, _ = begin(first, NOW, self._plan)
        for event in rest:
            decide(live, event, NOW)
        return live

    # What must hold

    def _check_limit(self) -> None:
        running = [
            execution_id for execution_id in self.journal
            if (execution := self._fold(execution_id).execution).is_begun
            and not execution.state.is_terminal
        ]  # fmt: skip
        assert len(running) <= self._limit.limit, f"{running} run at once"

    def _check_order(self) -> None:
        if not (self._failure_rate or self._crash_rate):
            assert self._begun == sorted(self._begun), f"tickets began as {self._begun}"
        for execution_id, happened in self.journal.items():
            states = [change.state for change in self._fold(execution_id).execution.changes]
            was_asked = [event for event in happened if isinstance(event, events.SlotAnswered)]
            assert len(was_asked) == 1
            assert (State.QUEUED in states) is (was_asked[0].verdict is events.Verdict.QUEUE)

    def _states(self) -> dict[str, str]:
        return {key: live.execution.state.value for key, live in self._live.items()}
