"""How a leaf goes, attempt after attempt, by the oracle's reckoning."""

from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.flow.model import AgentLostPolicy, Retry, RetryType, Task, TaskKind
from tests.simulation.children import Children
from tests.simulation.grammar import SLEEP
from tests.simulation.records import Record, Scope
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import NEVER, AttemptPlan, Path, World

UNKNOWN = -1


class Attempts:
    """Reckons with attempts.

    Attributes:
        world: All chance.
        timeline: What people do.
    """

    def __init__(self, world: World, timeline: Timeline) -> None:
        self.world = world
        self.timeline = timeline
        self._children = Children(world, timeline)

    def run(
        self, task: Task, path: Path, now: int, scope: Scope, record: Record, old: Record | None
    ) -> tuple[str, int]:
        """How a leaf ends, and when; `old` is its record before a restart."""
        offset, record.counted = (old.attempts, old.counted) if old is not None else (0, 0)
        first_at = UNKNOWN
        deadline = self.timeline.deadline(is_shielded=scope.is_shielded)
        while True:
            record.attempts += 1
            number = record.attempts + offset
            if task.kind is TaskKind.SUBFLOW:
                started = now
                outcome, end = self._children.run(task, path, number, now, deadline)
            else:
                plan = self.world.attempt(task, path, number)
                outcome, end, started = self._attempt(task, plan, now, deadline)
            if outcome == "LOST" and task.on_agent_lost is not AgentLostPolicy.FAIL:
                now = end
                continue
            record.counted += 1
            if first_at == UNKNOWN:
                first_at = end if started == UNKNOWN else started
            retry = scope.retry
            if outcome not in ("FAILED", "LOST"):
                warns = (
                    outcome == "SUCCESS" and record.counted > 1 and retry and retry.warn_on_retry
                )
                return ("WARNING" if warns else outcome), end
            now = self.timeline.asked_again(_next_date(retry, record.counted, first_at, end))
            if now < 0:
                return "FAILED", end
            if now > deadline:
                return "KILLED", deadline

    def _attempt(
        self, task: Task, plan: AttemptPlan, now: int, deadline: int
    ) -> tuple[str, int, int]:
        """How it ends, when, and when it started (or UNKNOWN)."""
        if task.type == SLEEP and plan.outcome == "SUCCESS":
            return self._sleep(plan, now, deadline)
        native = task.kind.value == "native"
        for turn in (0, 1) if plan.returned else (1,):
            if not native:
                queued = self.timeline.resumed(now) + plan.queued[turn] * TICK
                now = self.timeline.asked_again(queued)
                if now > deadline:
                    return "KILLED", deadline, UNKNOWN
            elif not turn:
                continue
            end = now + (plan.worked if turn else plan.returned) * TICK
            if end > deadline:
                killed_at = deadline + plan.cancelled * TICK
                if killed_at < end:
                    return "KILLED", killed_at, UNKNOWN
                kept = turn and plan.outcome in ("SUCCESS", "WARNING")
                return (plan.outcome if kept else "KILLED"), end, UNKNOWN
            known = plan.started and not native
            started = now if native else now + plan.started * TICK if known else UNKNOWN
            now = end
        return plan.outcome, now, started

    def _sleep(self, plan: AttemptPlan, now: int, deadline: int) -> tuple[str, int, int]:
        asleep_at = now + plan.worked // 2 * TICK
        end = now + plan.worked * TICK
        if asleep_at > deadline:
            return "KILLED", min(asleep_at, deadline + plan.cancelled * TICK), UNKNOWN
        return ("KILLED", deadline, now) if end > deadline else ("SUCCESS", end, now)


def _next_date(retry: Retry | None, failures: int, first_at: int, now: int) -> int:
    """When the next attempt begins; -1: there is none."""
    if retry is None or (retry.max_attempts is not None and failures >= retry.max_attempts):
        return -1
    delay = _ticks(retry.interval)
    if retry.type is RetryType.EXPONENTIAL:
        delay *= int(retry.delay_factor) ** (failures - 1)
        if retry.max_interval is not None:
            delay = min(delay, _ticks(retry.max_interval))
    last = NEVER * TICK if retry.max_duration is None else first_at + _ticks(retry.max_duration)
    return now + delay if now + delay <= last else -1


def _ticks(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1) * TICK
