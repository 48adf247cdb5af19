"""What an execution must come to, by a recursive interpreter that knows nothing of the engine.

A task run is a function of the date at which it begins: it gives its state and the date of its
end. A container is a set of lanes, each a chain of tasks; nothing else is ever scheduled.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lanner_coordinator.flow.model import AgentLostPolicy, Flow, Retry, RetryType, Task
from tests.simulation.world import NEVER, AttemptPlan, Path, World

Key = tuple[str, Path]
Lane = Sequence[tuple[Task, Path]]
FAILURES = ("FAILED", "KILLED")
UNKNOWN = -1


@dataclass(slots=True, kw_only=True)
class Record:
    """One task run as it must be; `counted` are its attempts that were not lost."""

    above: Key
    state: str
    began: int
    ended: int
    attempts: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a task run has from above: who it is in, the retry rule, if a kill spares it."""

    key: Key = ("", ())
    retry: Retry | None = None
    is_shielded: bool = False


class Oracle:
    """Interprets one flow.

    Attributes:
        world: All chance.
        kill_at: Date of the kill.
        force_at: Date from which `finally` is stopped too.
        kept: Task runs of an execution that is restarted.
        runs: What it has come to.
    """

    def __init__(
        self, world: World, kill_at: int, force_at: int, kept: Mapping[Key, Record]
    ) -> None:
        self.world = world
        self.kill_at = kill_at
        self.force_at = force_at
        self.kept = kept
        self.runs: dict[Key, Record] = {}

    def execution(self, flow: Flow) -> str:
        """End state of the execution."""
        lists = {"tasks": flow.tasks, "errors": flow.errors, "finally": flow.finally_tasks}
        lanes = [[(task, ()) for task in flow.tasks]]
        scope = Scope(retry=flow.retry)
        state, now = self._container(lists, _enabled(lanes), {}, 0, 0, scope)
        self.kill_at = self.force_at = NEVER
        self._lanes(_enabled([[(task, ()) for task in flow.after_execution]]), {}, 0, now, scope)
        return state

    def _task(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        key = (task.id, path)
        old = self.kept.get(key)
        if old is not None and old.state not in FAILURES:
            self._keep(key)
            return old.state, now
        record = Record(above=scope.key, state="", began=now, ended=0)
        self.runs[key] = record
        inner = Scope(key=key, retry=task.retry or scope.retry, is_shielded=scope.is_shielded)
        state, record.ended = self._work(task, path, now, inner)
        if state == "FAILED" and (task.allow_failure or task.type.endswith("AllowFailure")):
            state = "WARNING"
        record.state = "SUCCESS" if state == "WARNING" and task.allow_warning else state
        record.attempts += old.attempts if old is not None else 0
        return record.state, record.ended

    def _keep(self, key: Key) -> None:
        self.runs[key] = self.kept[key]
        for other, record in self.kept.items():
            if record.above == key:
                self._keep(other)

    def _deadline(self, scope: Scope) -> int:
        return self.force_at if scope.is_shielded else self.kill_at

    def _work(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        name = task.type.rpartition(".")[2]
        if task.run_if is not None or name not in ("task", "Sequential", "AllowFailure"):
            refusal, now = self._evaluation(task, path, now, scope)
            if refusal:
                return refusal, now
        if name == "task":
            return self._attempts(task, path, now, scope)
        lanes, limit = _lanes_of(task, name, path)
        if lanes is None:
            return "FAILED", now
        lists = {name: task.branches.get(name, ()) for name in ("errors", "finally")}
        return self._container(lists, _enabled(lanes), task.dependencies, limit, now, scope, path)

    def _evaluation(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        """How it ends without having begun (empty: it begins), and when."""
        evaluation = self.world.evaluation(task, path)
        now += evaluation.delay
        if now > self._deadline(scope):
            return "KILLED", self._deadline(scope)
        if evaluation.fails:
            return "FAILED", now
        return ("" if evaluation.should_run else "SKIPPED"), now

    def _container(
        self,
        lists: Mapping[str, Sequence[Task]],
        lanes: Sequence[Lane],
        dependencies: Mapping[str, Sequence[str]],
        limit: int,
        now: int,
        scope: Scope,
        path: Path = (),
    ) -> tuple[str, int]:
        states, now = self._lanes(lanes, dependencies, limit, now, scope)
        if "FAILED" in states and now < self._deadline(scope):
            errors = _enabled([[(task, path) for task in lists["errors"]]])
            now = self._lanes(errors, {}, 0, now, scope)[1]
        later: set[str] = set()
        if now < self.force_at:
            shielded = Scope(key=scope.key, retry=scope.retry, is_shielded=True)
            final = _enabled([[(task, path) for task in lists["finally"]]])
            later, now = self._lanes(final, {}, 0, now, shielded)
        if now >= self._deadline(scope) or "KILLED" in states:
            return "KILLED", now
        if "FAILED" in states or later & set(FAILURES):
            return "FAILED", now
        return ("WARNING" if "WARNING" in states else "SUCCESS"), now

    def _lanes(
        self,
        lanes: Sequence[Lane],
        dependencies: Mapping[str, Sequence[str]],
        limit: int,
        now: int,
        scope: Scope,
    ) -> tuple[set[str], int]:
        """States of all that ran, and when the last of it ended."""
        there = {lane[0][0].id for lane in lanes}
        missing = {
            index: {other for other in dependencies.get(lane[0][0].id, ()) if other in there}
            for index, lane in enumerate(lanes)
        }
        ready = deque(index for index in missing if not missing[index])
        running: list[tuple[int, int, int, int, str]] = []
        states: set[str] = set()
        active = order = 0
        fresh: list[tuple[int, int]] = []
        while True:
            while ready and (not limit or active < limit):
                fresh.append((ready.popleft(), 0))
                active += 1
            for index, position in fresh:
                task, path = lanes[index][position]
                state, end = self._task(task, path, now, scope)
                heapq.heappush(running, (end, order, index, position, state))
                order += 1
            fresh = []
            if not running:
                return states, now
            now, _, index, position, state = heapq.heappop(running)
            states.add(state)
            if states & set(FAILURES) or now >= self._deadline(scope):
                ready.clear()
                missing.clear()
            elif position + 1 < len(lanes[index]):
                fresh = [(index, position + 1)]
            else:
                active -= 1
                ready.extend(_freed(missing, lanes[index][0][0].id))

    def _attempts(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        record = self.runs[task.id, path]
        old = self.kept.get((task.id, path))
        offset, record.counted = (old.attempts, old.counted) if old is not None else (0, 0)
        first_at = UNKNOWN
        while True:
            record.attempts += 1
            plan = self.world.attempt(task, path, record.attempts + offset)
            outcome, end, started = self._attempt(task, plan, now, scope)
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
            now = _next_date(retry, record.counted, first_at, end)
            if now < 0:
                return "FAILED", end
            if now > self._deadline(scope):
                return "KILLED", self._deadline(scope)

    def _attempt(
        self, task: Task, plan: AttemptPlan, now: int, scope: Scope
    ) -> tuple[str, int, int]:
        """How it ends, when, and when it started (or UNKNOWN)."""
        deadline = self._deadline(scope)
        native = task.kind.value == "native"
        for turn in (0, 1) if plan.returned else (1,):
            if not native:
                now += plan.queued[turn]
                if now > deadline:
                    return "KILLED", deadline, UNKNOWN
            elif not turn:
                continue
            end = now + (plan.worked if turn else plan.returned)
            if end > deadline:
                killed_at = deadline + plan.cancelled
                if killed_at < end:
                    return "KILLED", killed_at, UNKNOWN
                kept = turn and plan.outcome in ("SUCCESS", "WARNING")
                return (plan.outcome if kept else "KILLED"), end, UNKNOWN
            started = now if native else now + plan.started if plan.started else UNKNOWN
            now = end
        return plan.outcome, now, started


def _freed(missing: dict[int, set[str]], ended: str) -> Iterable[int]:
    for index, others in missing.items():
        if ended in others:
            others.remove(ended)
            if not others:
                yield index


def _next_date(retry: Retry | None, failures: int, first_at: int, now: int) -> int:
    """When the next attempt begins; -1: there is none."""
    if retry is None or (retry.max_attempts is not None and failures >= retry.max_attempts):
        return -1
    delay = _microseconds(retry.interval)
    if retry.type is RetryType.EXPONENTIAL:
        delay *= int(retry.delay_factor) ** (failures - 1)
        if retry.max_interval is not None:
            delay = min(delay, _microseconds(retry.max_interval))
    last = NEVER if retry.max_duration is None else first_at + _microseconds(retry.max_duration)
    return now + delay if now + delay <= last else -1


def _microseconds(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


def _lanes_of(task: Task, name: str, path: Path) -> tuple[list[Lane] | None, int]:
    """Lanes of a flowable and how many may run at once; no lanes at all: it cannot begin."""
    given = task.properties
    tasks = task.branches.get("tasks", ())
    listed = given.get("values", given.get("value"))
    values = list(dict.fromkeys(listed)) if isinstance(listed, list) else []
    limit = int(str(given.get("concurrent", given.get("concurrencyLimit", 0))))
    if name in ("ForEach", "EachSequential"):
        limit = limit if name == "ForEach" else 1
        return [[(child, (*path, value)) for child in tasks] for value in values], limit
    if name == "EachParallel":
        return [[(child, (*path, value))] for value in values for child in tasks], limit
    if name in ("Parallel", "Dag"):
        return [[(child, path)] for child in tasks], limit
    if name == "If":
        tasks = task.branches["then" if given["condition"] else "else"]
    if name == "Switch":
        branch = f"cases.{given['value']}"
        if branch not in task.branches:
            branch = "defaults"
        if branch not in task.branches:
            return None, 0
        tasks = task.branches[branch]
    return [[(child, path) for child in tasks]], 0


def _enabled(lanes: Iterable[Lane]) -> list[Lane]:
    kept = [[step for step in lane if not step[0].is_disabled] for lane in lanes]
    return [lane for lane in kept if lane]
