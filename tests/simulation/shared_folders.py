"""How a WorkingDirectory goes, by the oracle's reckoning.

Its tasks are a lane like others, with a work on the folder before and after it. When the folder is
lost all of it is reckoned once more, from that date on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lanner_coordinator.flow.model import AgentLostPolicy, Task
from tests.simulation.records import FAILURES, GONE, Key, Record, Scope, Shared, drop_below
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import Path, World

Lanes = Callable[[Task, Path, int, Scope], tuple[set[str], int]]
"""States of the tasks of a WorkingDirectory, and when the last of them ended."""
Limited = Callable[[Task, int, Scope], Scope]
"""What the tasks of a container that begins at a date have from above."""


class SharedFolders:
    """Reckons with shared folders.

    Attributes:
        world: All chance.
        timeline: What people do.
        limited: Gives what tasks that begin at a date have from above, with the timeout.
        lanes: Gives what the tasks come to.
    """

    def __init__(self, world: World, timeline: Timeline, limited: Limited, lanes: Lanes) -> None:
        self.world = world
        self.timeline = timeline
        self.limited = limited
        self.lanes = lanes

    def run(
        self, task: Task, path: Path, now: int, scope: Scope, runs: dict[Key, Record]
    ) -> tuple[set[str], int, Scope]:
        """States of all that ran, when the last of it ended, and what it had from above."""
        record = runs[scope.key]
        while True:
            shared = Shared(lost_count=record.lost_count)
            inner = replace(self.limited(task, now, scope), shared=shared)
            states, now = self._once(task, path, now, inner, runs)
            record.lost_count += shared.is_lost
            if GONE not in states:
                return states, now, inner
            if now >= self._deadline(inner):
                for child in runs.values():
                    if child.above == scope.key and child.state == GONE:
                        child.state, child.ended = "KILLED", now
                return {"KILLED"}, now, inner
            drop_below(runs, scope.key)

    def _deadline(self, scope: Scope) -> int:
        return min(self.timeline.deadline(is_shielded=scope.is_shielded), scope.stop_at)

    def _once(
        self, task: Task, path: Path, now: int, scope: Scope, runs: dict[Key, Record]
    ) -> tuple[set[str], int]:
        shared, record = scope.shared, runs[scope.key]
        assert shared is not None
        deadline = self._deadline(scope)
        if {"inputFiles", "cache"} & task.properties.keys():
            state, now = self._work(task, path, now, scope, record)
            if state or now >= deadline:
                return ({state} if state else set()), now
        states, now = self.lanes(task, path, now, scope)
        is_kept = shared.is_made and not shared.is_lost and now < deadline and GONE not in states
        if is_kept and {"outputFiles", "cache"} & task.properties.keys():
            state, now = self._work(task, path, now, scope, record)
            if state and not (state == GONE and states & set(FAILURES)):
                states |= {state}
        return states, now

    def _work(
        self, task: Task, path: Path, now: int, scope: Scope, record: Record
    ) -> tuple[str, int]:
        """How the filling or collecting ends (empty: well), and when."""
        shared = scope.shared
        assert shared is not None
        deadline = self._deadline(scope)
        record.works += 1
        plan = self.world.attempt(task, path, record.works, shared.lost_count)
        for turn in (0, 1) if plan.returned else (1,):
            now = self.timeline.asked_again(self.timeline.resumed(now) + plan.queued[turn] * TICK)
            end = now + (plan.worked if turn else plan.returned) * TICK
            if now > deadline or end > deadline:
                return "KILLED", deadline
            now = end
        shared.is_made, shared.is_lost = True, plan.outcome == "LOST"
        if plan.outcome == "LOST" and task.on_agent_lost is not AgentLostPolicy.FAIL:
            return GONE, self.timeline.followed(now)
        outcome = "FAILED" if plan.outcome == "LOST" else plan.outcome
        return (outcome if outcome in FAILURES else ""), self.timeline.followed(now)
