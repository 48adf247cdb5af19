"""How a leaf goes, attempt after attempt, by the oracle's reckoning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import (
    AgentLostPolicy,
    Retry,
    RetryBehavior,
    RetryType,
    Task,
    TaskKind,
)
from tests.simulation.children import Children
from tests.simulation.grammar import EXIT, SLEEP
from tests.simulation.records import GONE, Record, Rescue, Scope
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import NEVER, AttemptPlan, Path, World

UNKNOWN = -1
NATIVE = TaskKind.NATIVE
TIRED = "TIRED"
"""Outcome of an attempt that failed because it waited too long for an agent."""
LEAVES = "!"
"""End of the outcome of a task that ends the execution."""


class Attempts:
    """Reckons with attempts.

    Attributes:
        world: All chance.
        timeline: What people do.
        rescued: Gives the date when the `errors` before a retry have ended, none of which begins
            after another date.
        number: Number of the execution among those that take each other's place.
        next_failure: Date of the first failure that calls for another execution.
    """

    def __init__(
        self,
        world: World,
        timeline: Timeline,
        rescued: Callable[[Rescue, int, int], int],
        number: int,
    ) -> None:
        self.world = world
        self.timeline = timeline
        self._children = Children(world, timeline)
        self.rescued = rescued
        self.number = number
        self.next_failure = NEVER * TICK

    def run(
        self, task: Task, path: Path, now: int, scope: Scope, record: Record, old: Record | None
    ) -> tuple[str, int]:
        """How a leaf ends, and when; `old` is its record before a restart."""
        offset = old.attempts if old is not None else 0
        first_at = UNKNOWN
        while True:
            if scope.shared is not None and scope.shared.is_lost and task.kind is not NATIVE:
                return GONE, now
            record.attempts += 1
            outcome, end, started = self._one(task, path, now, scope, record.attempts + offset)
            if outcome == "LOST" and task.on_agent_lost is not AgentLostPolicy.FAIL:
                now = end
                continue
            record.counted += 1
            if first_at == UNKNOWN:
                first_at = end if started == UNKNOWN else started
            if outcome.endswith(LEAVES):
                return outcome, end
            if outcome not in ("FAILED", "LOST"):
                warns = task.retry is not None and task.retry.warn_on_retry
                warns = warns and outcome == "SUCCESS" and record.counted > 1
                return ("WARNING" if warns else outcome), end
            state, now = self._after_failure(record.counted, first_at, end, scope)
            if state:
                return state, now

    def _one(
        self, task: Task, path: Path, now: int, scope: Scope, number: int
    ) -> tuple[str, int, int]:
        """How the attempt of this number ends, when, and when it started (or UNKNOWN)."""
        deadline = self._deadline(scope)
        if task.kind is TaskKind.SUBFLOW:
            return (*self._children.run(task, path, number, now, deadline), now)
        shared = scope.shared
        lost_count = shared.lost_count + shared.is_lost if shared is not None else 0
        if task.result_cache is not None:
            finding = self.world.finding(task, path, number, lost_count)
            now = self.timeline.asked_again(self.timeline.resumed(now) + finding.delay * TICK)
            if now > deadline:
                return "KILLED", deadline, UNKNOWN
            if finding.state:
                return finding.state, now, now
        plan = self.world.attempt(task, path, number, lost_count)
        outcome, end, started = self._known(task, plan, now, deadline)
        if outcome == TIRED:
            return "FAILED", end, started
        if shared is not None and _kind_of(task) is TaskKind.AGENT:
            shared.is_lost, shared.is_made = outcome == "LOST", True
        return outcome, end, started

    def _deadline(self, scope: Scope) -> int:
        return min(self.timeline.deadline(is_shielded=scope.is_shielded), scope.stop_at)

    def _after_failure(
        self, failures: int, first_at: int, end: int, scope: Scope
    ) -> tuple[str, int]:
        """How the task run ends and when; or no state, and when its next attempt begins."""
        retry = scope.retry
        deadline = self._deadline(scope)
        if retry is not None and retry.behavior is RetryBehavior.CREATE_NEW_EXECUTION:
            if _next_date(retry, self.number, 0, end) >= 0:
                self.next_failure = min(self.next_failure, end)
            return "FAILED", end
        now = _next_date(retry, failures, first_at, end)
        if now < 0:
            return "FAILED", end
        if scope.rescue is not None:
            ready = self.rescued(scope.rescue, self.timeline.followed(end), deadline)
            if ready >= deadline:
                return "KILLED", ready
            now = max(now, ready)
        now = self.timeline.asked_again(now)
        return ("KILLED", deadline) if now > deadline else ("", now)

    def _known(
        self, task: Task, plan: AttemptPlan, now: int, deadline: int
    ) -> tuple[str, int, int]:
        """The same, with the time until it is known which task a templated one is."""
        if task.kind is TaskKind.TEMPLATED:
            now += plan.worked // 3 * TICK
            if now > deadline:
                return "KILLED", deadline, UNKNOWN
        return self._limited(task, plan, now, deadline)

    def _limited(
        self, task: Task, plan: AttemptPlan, now: int, deadline: int
    ) -> tuple[str, int, int]:
        """As `_attempt`, unless its timeout ends it first."""
        if task.timeout is None:
            return self._attempt(task, plan, now, deadline)
        expiry = self.timeline.asked_again(now + ticks_of(task.timeout))
        if _kind_of(task) is TaskKind.AGENT:
            return self._attempt(task, plan, now, deadline, ticks_of(task.timeout))
        outcome, end, started = self._attempt(task, plan, now, deadline)
        if expiry < min(end, deadline):
            return "FAILED", expiry, now
        return outcome, end, started

    def _attempt(
        self, task: Task, plan: AttemptPlan, now: int, deadline: int, patience: int = NEVER * TICK
    ) -> tuple[str, int, int]:
        """How it ends, when, and when it started (or UNKNOWN).

        It fails when it has waited for an agent longer than its patience.
        """
        if task.type == SLEEP and plan.outcome == "SUCCESS":
            return self._sleep(plan, now, deadline)
        if task.type == EXIT and plan.outcome == "SUCCESS":
            end = now + plan.worked * TICK
            if end > deadline:
                return "KILLED", min(end, deadline + plan.cancelled * TICK), now
            return f"{task.properties['state']}{LEAVES}", end, now
        if _kind_of(task) is TaskKind.NATIVE:
            worked = self._worked(plan, 1, now, deadline)
            return worked if worked[0] == "KILLED" else (*worked[:2], now)
        expiry = now + patience
        for turn in (0, 1) if plan.returned else (1,):
            queued = self.timeline.resumed(now) + plan.queued[turn] * TICK
            expiry = self._patient_until(now, queued, max(expiry, now), patience)
            now = self.timeline.asked_again(queued)
            if expiry < min(now, deadline):
                return TIRED, expiry, UNKNOWN
            if now > deadline:
                return "KILLED", deadline, UNKNOWN
            outcome, end, started = self._worked(plan, turn, now, deadline)
            if turn or end > deadline:
                break
            now = end
        return outcome, end, started

    def _worked(
        self, plan: AttemptPlan, turn: int, now: int, deadline: int
    ) -> tuple[str, int, int]:
        """How the work that begins now ends, when, and when it was said to have started."""
        end = now + (plan.worked if turn else plan.returned) * TICK
        if end <= deadline:
            return plan.outcome, end, now + plan.started * TICK if plan.started else UNKNOWN
        killed_at = deadline + plan.cancelled * TICK
        kept = turn and plan.outcome in ("SUCCESS", "WARNING")
        if killed_at < end or not kept:
            return "KILLED", min(killed_at, end), UNKNOWN
        return plan.outcome, end, UNKNOWN

    def _patient_until(self, now: int, queued: int, expiry: int, patience: int) -> int:
        """Until when an attempt waits in the queue that it comes to now: a hold does not count."""
        hold = self.timeline.hold
        if hold is None or now >= hold[1] or min(queued, expiry) < hold[0]:
            return expiry
        return hold[1] + patience

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


def _kind_of(task: Task) -> TaskKind:
    """Where its work is done, also of a templated task."""
    kind = task.properties.get("said", task.kind)
    assert isinstance(kind, TaskKind)
    return kind


def ticks_of(text: str) -> int:
    """Length of a duration, in ticks."""
    return _ticks(parse_duration(text))


def _ticks(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1) * TICK
