"""What the outside does to a simulated execution: drawn from the seed, the same for all who ask.

The simulator acts by it and the oracle reckons with it; neither depends on the order of questions.
Times are whole microseconds since the start, so long and odd that no two of them meet.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from lanner_coordinator.flow.model import Flow, Task

Path = tuple[str, ...]
NEVER = 10**15
GRACE = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How the steering expressions of a task run come out."""

    delay: int
    should_run: bool
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How the condition of a loop comes out after a round."""

    delay: int
    holds: bool
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPlan:
    """How an attempt goes.

    Attributes:
        queued: How long it waits for an agent, once for each agent.
        returned: How long the first agent holds it before it gives it back; 0: it does not.
        started: From its submission to its start; 0: the start is never reported.
        worked: From its submission (native: its creation) to its end.
        outcome: SUCCESS, WARNING, FAILED, KILLED or LOST.
        cancelled: From a cancellation to its end.
        doubled: How long after a report the same report comes again; 0: it does not.
    """

    queued: tuple[int, int]
    returned: int
    started: int
    worked: int
    outcome: str
    cancelled: int
    doubled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What comes of looking for a kept result.

    Attributes:
        delay: How long it takes.
        state: Of the result: SUCCESS or WARNING; empty: there is none.
    """

    delay: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPlan:
    """How an execution goes that a task starts.

    Attributes:
        delayed: From the wish for it to its start.
        worked: From its start to its end.
        outcome: SUCCESS, WARNING, FAILED, KILLED or CANCELLED.
        cancelled: From a kill to its end.
    """

    delayed: int
    worked: int
    outcome: str
    cancelled: int


class World:
    """All chance of one seed.

    Attributes:
        seed: Names it.
        failure_rate: Share of attempts that fail, from 0 to 1.
        is_kind: Nothing fails at all, for executions that were restarted.
    """

    def __init__(self, seed: int, failure_rate: float, *, is_kind: bool = False) -> None:
        self.seed = seed
        self.failure_rate = failure_rate
        self.is_kind = is_kind

    def listeners(self, flow: Flow) -> list[int]:
        """Places of the listeners whose conditions hold."""
        chance = random.Random(f"{self.seed}/listeners")
        return [index for index, _ in enumerate(flow.listeners) if chance.random() < 0.7]

    def evaluation(self, task: Task, path: Path) -> Evaluation:
        """How `runIf` and what steers the flowable come out."""
        chance = random.Random(f"{self.seed}/evaluation/{task.id}/{path}")
        delay = chance.randint(1, 100_000)
        should_run = task.run_if is None or chance.random() < 0.7
        fails = chance.random() < self.failure_rate / 5
        return Evaluation(delay=delay, should_run=should_run, fails=fails and not self.is_kind)

    def check(self, task: Task, path: Path, number: int) -> Check:
        """How the condition of a loop comes out after the round of this number."""
        chance = random.Random(f"{self.seed}/check/{task.id}/{path}/{number}")
        delay = chance.randint(1, 100_000)
        fails = chance.random() < self.failure_rate / 5 and not self.is_kind
        return Check(delay=delay, holds=chance.random() < 0.3, fails=fails)

    def resumption(self, task: Task, path: Path) -> int:
        """How long after its begin somebody resumes a pause."""
        chance = random.Random(f"{self.seed}/resumption/{task.id}/{path}")
        return chance.randint(1, 30_000_000)

    def decision(self, task: Task, path: Path) -> str:
        """What somebody decides of an Approval."""
        chance = random.Random(f"{self.seed}/decision/{task.id}/{path}")
        return chance.choice(("APPROVED", "APPROVED", "DENIED"))

    def attempt(self, task: Task, path: Path, number: int, lost_count: int = 0) -> AttemptPlan:
        """How the attempt of this number goes, after so many losses of its shared folder."""
        again = f"/{lost_count}" if lost_count else ""
        chance = random.Random(f"{self.seed}/attempt/{task.id}/{path}/{number}{again}")
        worked = chance.randint(2, 20_000_000)
        outcome = "SUCCESS"
        if not self.is_kind and chance.random() < self.failure_rate:
            outcome = chance.choices(("FAILED", "WARNING", "KILLED", "LOST"), (10, 3, 1, 4))[0]
        if outcome == "LOST" and task.properties.get("said", task.kind) == "native":
            outcome = "FAILED"
        return AttemptPlan(
            queued=(chance.randint(1, 3_000_000), chance.randint(1, 3_000_000)),
            returned=chance.randint(1, 1_000_000) if chance.random() < 0.1 else 0,
            started=chance.randint(1, worked - 1) if chance.random() < 0.9 else 0,
            worked=worked,
            outcome=outcome,
            cancelled=chance.randint(1, 10_000_000),
            doubled=chance.randint(1, 30_000_000) if chance.random() < 0.3 else 0,
        )

    def finding(self, task: Task, path: Path, number: int, lost_count: int = 0) -> Finding:
        """What the attempt of this number finds of a kept result, after so many losses."""
        name = f"{self.seed}/finding/{task.id}/{path}/{number}/{lost_count}"
        chance = random.Random(name)
        state = chance.choice(("", "", "SUCCESS", "SUCCESS", "WARNING"))
        return Finding(delay=chance.randint(1, 100_000), state=state)

    def child(self, task: Task, path: Path, number: int, index: int) -> ChildPlan:
        """How the child of this index goes, of the attempt of this number."""
        chance = random.Random(f"{self.seed}/child/{task.id}/{path}/{number}/{index}")
        outcome = "SUCCESS"
        if not self.is_kind and chance.random() < self.failure_rate:
            states = ("FAILED", "WARNING", "KILLED", "CANCELLED")
            outcome = chance.choices(states, (10, 3, 1, 1))[0]
        return ChildPlan(
            delayed=chance.randint(1, 2_000_000),
            worked=chance.randint(2, 20_000_000),
            outcome=outcome,
            cancelled=chance.randint(1, 10_000_000),
        )
