"""What an attempt must come to whose work other executions do, by the oracle's reckoning."""

from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Task
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import NEVER, Path, World

_WORST_FIRST = ("FAILED", "KILLED", "CANCELLED", "WARNING")


class Children:
    """Reckons with the executions that tasks start.

    Attributes:
        world: All chance.
        timeline: What people do.
    """

    def __init__(self, world: World, timeline: Timeline) -> None:
        self.world = world
        self.timeline = timeline

    def run(self, task: Task, path: Path, number: int, now: int, deadline: int) -> tuple[str, int]:
        """How an attempt ends, and when.

        Its children are started one after the other; none is started after a kill, and those that
        run then are killed.
        """
        asked = task.properties
        expiry = NEVER * TICK
        if task.timeout is not None:
            length = parse_duration(task.timeout) // timedelta(microseconds=1)
            expiry = self.timeline.asked_again(now + length * TICK)
        stop = min(deadline, expiry)
        count = int(str(asked["count"]))
        ends: list[tuple[int, str]] = []
        for index in range(count):
            plan = self.world.child(task, path, number, index)
            now = self.timeline.asked_again(now + plan.delayed * TICK)
            if now > stop:
                break
            end, outcome = now + plan.worked * TICK, plan.outcome
            killed_at = stop + plan.cancelled * TICK
            ends.append((killed_at, "KILLED") if stop < killed_at < end else (end, outcome))
        is_whole = len(ends) == count
        if is_whole and not asked["wait"]:
            return "SUCCESS", now
        if not is_whole and (not asked["wait"] or all(end <= stop for end, _ in ends)):
            return "FAILED" if expiry < deadline else "KILLED", stop
        last = max(end for end, _ in ends)
        if expiry < min(last, deadline):
            return "KILLED" if deadline < last else "FAILED", last
        if deadline < last and self.timeline.spared_from <= deadline:
            return "KILLED", deadline
        return _state(ends, is_whole, bool(asked["transmitFailed"]), last > deadline), last


def _state(ends: list[tuple[int, str]], is_whole: bool, is_told: bool, is_killing: bool) -> str:
    outcomes = {outcome for _, outcome in ends}
    if is_killing and (not is_whole or "KILLED" in outcomes):
        return "KILLED"
    worst = next((state for state in _WORST_FIRST if state in outcomes), "SUCCESS")
    if not is_told:
        return "SUCCESS"
    return "KILLED" if is_killing and worst == "FAILED" else worst
