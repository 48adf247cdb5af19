"""What an execution must come to, by a recursive interpreter that knows nothing of the engine.

A task run is a function of the date at which it begins: it gives its state and the date of its
end. A container is a set of lanes, each a chain of tasks; nothing else is ever scheduled.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from lanner_coordinator.flow.model import Flow, Task, TaskKind
from tests.simulation.approvals import Approvals, ends_all, ticks_of_value
from tests.simulation.attempts import LEAVES, Attempts
from tests.simulation.kept import WAIT, kept_of
from tests.simulation.lanes import enabled, freed, lanes_of_sequence, waits_of
from tests.simulation.records import FAILURES, GONE, Key, Lane, Record, Rescue, Scope, drop_below
from tests.simulation.shared_folders import SharedFolders
from tests.simulation.timeline import TICK, Timeline
from tests.simulation.world import NEVER, Path, World

Run = tuple[int, int, int, int, str]
"""When the end of a task run is followed, its order, its lane, its place there and its state."""
Exit = tuple[int, int, frozenset[Key], str]
"""When a task ends the execution, its order, what it is in and the state that it names."""
_NO_EVALUATION = (
    *("task", "Sleep", "Exit", "Loop$Iteration"),
    *("Sequential", "WorkingDirectory", "AllowFailure", "ForEachItem", "LoopUntil"),
)
_ENDS = {"RESUME": "SUCCESS", "WARN": "WARNING", "FAIL": "FAILED", "CANCEL": "CANCELLED"}


class Oracle:
    """Interprets one flow.

    Attributes:
        world: All chance.
        timeline: What people do.
        kept: Task runs of an execution that is opened again.
        again: Those of them that work anew.
        repeat_from: Date of the failure that calls for another execution, NEVER: none does.
        runs: What it has come to.
        next_failure: Date of the first failure that calls for another execution.
        is_refused: A check fails it before any of its tasks runs.
        exits: Tasks that end the execution when they end, but for those of `afterExecution`.
        left: The first of them.
    """

    def __init__(
        self,
        world: World,
        timeline: Timeline,
        kept: Mapping[Key, Record],
        number: int = 1,
        repeat_from: int = NEVER * TICK,
        again: Container[Key] = (),
        *,
        is_refused: bool = False,
    ) -> None:
        self.is_refused = is_refused
        self.world = world
        self.timeline = timeline
        self.kept = dict(kept)
        self.again = again
        self.runs: dict[Key, Record] = {}
        self.repeat_from = repeat_from
        self.next_failure = NEVER * TICK
        self._attempts = Attempts(world, timeline, self._rescued, number)
        self._folders = SharedFolders(world, timeline, self._limited, self._sharing)
        self.exits: list[Exit] = []
        self.left: Exit | None = None
        self._begun = 0
        self._approvals = Approvals(world)

    def execution(self, flow: Flow) -> str:
        """End state of the execution.

        It is reckoned as if nothing ended it before its time and then, when a task does, anew with
        the first such date: what happened before it is the same.
        """
        kill_at, force_at = self.timeline.kill_at, self.timeline.force_at
        kept = dict(self.kept)
        state = self._whole(flow)
        if self.exits:
            self.left = min(self.exits)
            self.timeline.kill_at, self.timeline.force_at = kill_at, force_at
            self.timeline.exit_at = self.left[0]
            self.runs, self.kept = {}, kept
            state = self._whole(flow)
        return state

    def _whole(self, flow: Flow) -> str:
        if self.is_refused:
            flow = replace(flow, tasks=(), errors=(), finally_tasks=())
        lists = {"tasks": flow.tasks, "errors": flow.errors, "finally": flow.finally_tasks}
        lanes = [[(task, ()) for task in flow.tasks]]
        scope = Scope(retry=flow.retry)
        is_over = self._is_over(lists, ())
        states, now = self._lanes(enabled(lanes), {}, 0, 0, scope, is_over=is_over)
        state, now = self._conclude(states, lists, now, scope, ())
        if self.is_refused:
            state = "FAILED"
        elif state == "KILLED" and now >= self.timeline.kill_at:
            state = self.timeline.stop_state
        elif state == "FAILED" and self.repeat_from < NEVER * TICK:
            state = "RETRIED"
        self.next_failure = self._attempts.next_failure
        repeat_from, self.repeat_from = self.repeat_from, NEVER * TICK
        self.timeline.forget_kill()
        exits, left, self.left = list(self.exits), self.left, None
        chosen = [flow.listeners[index].tasks for index in self.world.listeners(flow)]
        for after in (*chosen, flow.after_execution):
            now = self._lanes(enabled([[(task, ()) for task in after]]), {}, 0, now, scope)[1]
        self.exits, self.left = exits, left
        self.repeat_from = repeat_from
        return state

    def _task(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        if task.type == WAIT:
            return self._wait(task, path, now, scope)
        key = (task.id, path)
        old = self.kept.get(key)
        if old is not None and key not in self.again:
            self._keep(key)
            return old.state, now
        if old is not None and old.restarts_anew:
            drop_below(self.kept, key)
        record = Record(above=scope.key, state="", began=now, ended=0)
        if old is not None:
            record.works, record.lost_count = old.works, old.lost_count
        self.runs[key] = record
        inner = replace(scope, key=key, forgives=False)
        record.restarts_anew = task.type.endswith("WorkingDirectory")
        if task.retry is not None:
            errors = enabled([[(child, path) for child in task.branches.get("errors", ())]])
            plain = replace(inner, retry=task.retry, rescue=None)
            rescue = Rescue(lane=errors[0], scope=plain) if errors else None
            inner = replace(plain, rescue=rescue)
        state, record.ended = self._work(task, path, now, inner)
        record.state = state if record.ended >= self.repeat_from else _allowed(task, state)
        record.attempts += old.attempts if old is not None else 0
        return record.state, record.ended

    def _keep(self, key: Key) -> None:
        self.runs[key] = self.kept[key]
        for other, record in self.kept.items():
            if record.above == key:
                self._keep(other)

    def _deadline(self, scope: Scope) -> int:
        return min(self.timeline.deadline(is_shielded=scope.is_shielded), scope.stop_at)

    def _work(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        name = task.type.rpartition(".")[2]
        has_begun = self._has_begun(scope.key)
        is_steered = task.run_if is not None or task.timeout is not None
        if not has_begun and (is_steered or name not in _NO_EVALUATION):
            refusal, now = self._evaluation(task, path, now, scope)
            if refusal:
                return refusal, now
        if name in ("task", "Sleep", "Exit"):
            record, old = self.runs[scope.key], self.kept.get(scope.key)
            state, end = self._attempts.run(task, path, now, scope, record, old)
            if state.endswith(LEAVES):
                state = state.removesuffix(LEAVES)
                self.exits.append((end, len(self.exits), self._above(scope.key), state))
            return state, end
        limited = self._limited(task, now, scope)
        if name == "LoopUntil":
            states, now = self._rounds(task, path, now, limited)
        elif name == "WorkingDirectory":
            states, now, limited = self._folders.run(task, path, now, scope, self.runs)
        else:
            lanes, limit = self._lanes_of(task, name, path, now, limited)
            if lanes is None:
                return "FAILED", now
            lanes, is_over = enabled(lanes), self._is_over(task.branches, path)
            forgives = name == "Loop" and not task.properties["transmitFailed"]
            inner = replace(limited, forgives=forgives)
            states, now = self._lanes(lanes, task.dependencies, limit, now, inner, is_over=is_over)
            states |= {self.runs[scope.key].wait_state}
            states, now = self._verdict(task, now, scope, states)
            if task.outputs or _is_stored(task, lanes):
                states, now = self._told(task, path, now, limited, states)
        if limited.stop_at < self._deadline(scope) and now >= limited.stop_at:
            self.runs[scope.key].restarts_anew = True
            states = {"FAILED"}
        return self._conclude(states, task.branches, now, scope, path)

    def _limited(self, task: Task, now: int, scope: Scope) -> Scope:
        """What the tasks of a container have from above, with its timeout."""
        if task.timeout is None:
            return scope
        expiry = self.timeline.asked_again(now + ticks_of_value(task.timeout))
        limited = replace(scope, stop_at=min(scope.stop_at, expiry))
        if scope.rescue is not None and scope.rescue.scope.key == scope.key:
            inner = replace(scope.rescue.scope, stop_at=limited.stop_at)
            limited = replace(limited, rescue=replace(scope.rescue, scope=inner))
        return limited

    def _has_begun(self, key: Key) -> bool:
        """Whether a restart finds it with children and goes on with those."""
        return any(record.above == key for record in self.kept.values())

    def _is_over(self, lists: Mapping[str, Sequence[Task]], path: Path) -> bool:
        """Whether a later list has begun, so that nothing is added to those before it."""
        later = [*lists.get("errors", ()), *lists.get("finally", ())]
        return any((task.id, path) in self.kept for task in later)

    def _evaluation(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        """How it ends without having begun (empty: it begins), and when."""
        evaluation = self.world.evaluation(task, path)
        now = self.timeline.asked_again(now + evaluation.delay * TICK)
        if now > self._deadline(scope):
            return "KILLED", self._deadline(scope)
        if evaluation.fails:
            return "FAILED", now
        return ("" if evaluation.should_run else "SKIPPED"), now

    def _conclude(
        self,
        states: set[str],
        lists: Mapping[str, Sequence[Task]],
        now: int,
        scope: Scope,
        path: Path,
    ) -> tuple[str, int]:
        """State and end of a container whose tasks have come to these states by now."""
        own = scope
        if scope.rescue is not None and scope.rescue.scope.key == scope.key:
            own = replace(scope, rescue=None)
        if "FAILED" in states and now < min(self._deadline(scope), self.repeat_from):
            errors = enabled([[(task, path) for task in lists.get("errors", ())]])
            is_over = self._is_over({"finally": lists.get("finally", ())}, path)
            now = self._lanes(errors, {}, 0, now, own, is_over=is_over)[1]
        later: set[str] = set()
        is_cut = now >= scope.stop_at
        if now < self.timeline.force_at:
            shielded = replace(own, is_shielded=True, stop_at=NEVER * TICK)
            final = enabled([[(task, path) for task in lists.get("finally", ())]])
            later, now = self._lanes(final, {}, 0, now, shielded)
        is_killed = now >= (self.timeline.force_at if scope.is_shielded else self.timeline.kill_at)
        if self.left is not None and now >= self.left[0] and not is_killed:
            if scope.key in self.left[2]:
                failed = later & set(FAILURES) and not scope.key[0]
                state = self.left[3]
                return ("FAILED" if failed and state not in FAILURES else state), now
            is_killed = not scope.is_shielded
        if is_cut or is_killed or "KILLED" in states:
            return "KILLED", now
        if "FAILED" in states or later & set(FAILURES):
            return "FAILED", now
        if "CANCELLED" in states:
            return "CANCELLED", now
        return ("WARNING" if "WARNING" in states else "SUCCESS"), now

    def _above(self, key: Key) -> frozenset[Key]:
        """All that a task run is in, with the flow itself."""
        above: set[Key] = {("", ())}
        while key[0]:
            key = self.runs[key].above
            above.add(key)
        return frozenset(above)

    def _lanes(
        self,
        lanes: Sequence[Lane],
        dependencies: Mapping[str, Sequence[str]],
        limit: int,
        now: int,
        scope: Scope,
        *,
        is_over: bool = False,
        last_start: int = NEVER * TICK,
    ) -> tuple[set[str], int]:
        """States of all that ran, and when the last of it ended.

        What is kept is there from the beginning, wherever it stands; each lane goes on after it.
        Once it `is_over`, nothing is added to that.
        """
        kept = kept_of(lanes, limit, self.kept, self.again, forgives=scope.forgives)
        is_over = is_over or kept.has_failed
        missing = {} if is_over else waits_of(lanes, dependencies)
        ready = deque(
            (index, kept.next_place.get(index, 0))
            for index in missing
            if not missing[index] and (index not in kept.next_place or index in kept.waiting)
        )
        for index in kept.next_place:
            missing.pop(index, None)
        running: list[Run] = []
        self._run(lanes, kept.steps, now, scope, running)
        # What ends at once is known before anything else begins.
        states = {_counted(run[-1], scope) for run in running if run[0] == now}
        if states & set(FAILURES):
            ready.clear()
            missing.clear()
        fresh: list[tuple[int, int]] = []
        pending, active = dict(kept.pending), kept.active
        while True:
            while ready and (not limit or active < limit):
                fresh.append(ready.popleft())
                active += 1
            self._run(lanes, fresh, now, scope, running)
            fresh = []
            if not running:
                return states, now
            now, _, index, position, state = heapq.heappop(running)
            states.add(_counted(state, scope))
            if pending.get(index):
                pending[index] -= 1
                position = kept.next_place[index] - 1
                if pending[index] or index in kept.waiting:
                    continue
            is_late = now >= min(self._deadline(scope), last_start)
            if is_over or is_late or states & {*FAILURES, GONE}:
                ready.clear()
                missing.clear()
            elif position + 1 < len(lanes[index]):
                fresh = [(index, position + 1)]
            else:
                active -= index not in kept.ended
                ready.extend((other, 0) for other in freed(missing, lanes[index][0][0].id))

    def _run(
        self,
        lanes: Sequence[Lane],
        steps: Sequence[tuple[int, int]],
        now: int,
        scope: Scope,
        running: list[Run],
    ) -> None:
        """Begin steps (of a lane, at a place) now, beside what runs."""
        for index, position in steps:
            task, path = lanes[index][position]
            state, end = self._task(task, path, now, scope)
            self._begun += 1
            followed = self.timeline.followed(end)
            heapq.heappush(running, (followed, self._begun, index, position, state))

    def _sharing(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[set[str], int]:
        lanes = enabled([[(child, path) for child in task.branches["tasks"]]])
        return self._lanes(lanes, {}, 0, now, scope)

    def _rescued(self, rescue: Rescue, now: int, last_start: int) -> int:
        """When the `errors` before a retry have ended; nothing of them remains."""
        if now >= min(self._deadline(rescue.scope), last_start):
            return now
        kept, self.runs = self.runs, dict(self.runs)
        lanes = [rescue.lane]
        ended = self._lanes(lanes, {}, 0, now, rescue.scope, last_start=last_start)[1]
        self.runs = kept
        return ended

    # Waits

    def _told(
        self, task: Task, path: Path, now: int, scope: Scope, states: set[str]
    ) -> tuple[set[str], int]:
        """The evaluation of what an iteration gives, or the storing of what all of them gave."""
        if states & set(FAILURES) or now >= self._deadline(scope):
            return states, now
        check = self.world.check(task, path, 0)
        now = self.timeline.asked_again(now + check.delay * TICK)
        if now > self._deadline(scope) or check.fails:
            self.runs[scope.key].restarts_anew = True
            ended = "KILLED" if now > self._deadline(scope) else "FAILED"
            return states | {ended}, min(now, self._deadline(scope))
        return states, now

    def _rounds(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[set[str], int]:
        """States of the last round of a loop, with that of its condition, and when it ended."""
        record, old = self.runs[scope.key], self.kept.get(scope.key)
        record.rounds = old.rounds if old and self._has_begun(scope.key) else 1
        frequency = task.properties["checkFrequency"]
        assert isinstance(frequency, dict)
        interval = ticks_of_value(frequency["interval"])
        lanes = enabled([[(child, path) for child in task.branches["tasks"]]])
        while True:
            states, now = self._lanes(lanes, {}, 0, now, scope)
            if states & set(FAILURES) or now >= self._deadline(scope):
                return states, now
            check = self.world.check(task, path, record.rounds)
            now = self.timeline.asked_again(now + check.delay * TICK)
            if now <= self._deadline(scope) and check.holds and not check.fails:
                return states, now
            is_last = record.rounds >= frequency["maxIterations"]
            if now <= self._deadline(scope) and not check.fails and is_last:
                record.rounds += 1
                record.restarts_anew = bool(task.properties["failOnMaxReached"])
                return states | ({"FAILED"} if record.restarts_anew else set()), now
            if now <= self._deadline(scope) and not check.fails:
                record.rounds += 1
                now = self.timeline.asked_again(now + interval)
            if now > self._deadline(scope) or check.fails:
                record.restarts_anew = True
                is_killed = now > self._deadline(scope)
                return states | {"KILLED" if is_killed else "FAILED"}, min(
                    now, self._deadline(scope)
                )
            drop_below(self.runs, scope.key)
            drop_below(self.kept, scope.key)

    def _lanes_of_pause(self, task: Task, path: Path, now: int, scope: Scope) -> list[Lane]:
        """`onPause` beside the wait and the children; after a restart the wait may be over."""
        on_pause = [(child, path) for child in task.branches["onPause"]]
        children = [(child, path) for child in task.branches["tasks"]]
        old = self.kept.get(scope.key)
        record = self.runs[scope.key]
        if old is not None and old.wait_state and self._has_begun(scope.key):
            record.wait_state = old.wait_state
            return [on_pause, children if old.wait_state == "SUCCESS" else []]
        length = self.world.resumption(task, path) * TICK
        answer = "RESUME"
        if (
            "pauseDuration" in task.properties
            and ticks_of_value(task.properties["pauseDuration"]) < length
        ):
            length = ticks_of_value(task.properties["pauseDuration"])
            answer = str(task.properties["behavior"])
        properties = {"until": now + length, "answer": answer}
        wait = Task(id=task.id, type=WAIT, kind=TaskKind.FLOWABLE, properties=properties)
        return [on_pause, [(wait, path), *(children if answer == "RESUME" else ())]]

    def _verdict(
        self, task: Task, now: int, scope: Scope, states: set[str]
    ) -> tuple[set[str], int]:
        """What an Approval makes of the end of its tasks; it may be the end of the execution."""
        record = self.runs[scope.key]
        is_late = now > self._deadline(scope)
        state = self._approvals.verdict(task, record, states, is_late=is_late)
        if state and ends_all(task, record):
            now += 1  # after the end of its tasks, which is none of its business
            above = self._above(scope.key) | {scope.key}
            self.exits.append((now, len(self.exits), above, state))
        return states | {state}, now

    def _wait(self, task: Task, path: Path, now: int, scope: Scope) -> tuple[str, int]:
        """How a pause ends: by somebody, its date, a kill, or because `onPause` failed."""
        record = self.runs[scope.key]
        if "decision" in task.properties:
            return self._approvals.wait(task, now, self._deadline(scope), record)
        end = int(str(task.properties["until"]))
        state = _ENDS[str(task.properties["answer"])]
        failed = [
            one for one in self.runs.values() if one.above == scope.key and one.state in FAILURES
        ]
        if failed and failed[0].ended < min(end, self._deadline(scope)):
            record.restarts_anew = True
            return "SKIPPED", failed[0].ended
        if end > self._deadline(scope):
            record.restarts_anew = True
            return "KILLED", self._deadline(scope)
        record.restarts_anew = state in FAILURES
        record.wait_state = state
        return state, end

    def _lanes_of(
        self, task: Task, name: str, path: Path, now: int, scope: Scope
    ) -> tuple[list[Lane] | None, int]:
        """Lanes of a flowable and how many may run at once; no lanes at all: it cannot begin."""
        given = task.properties
        tasks = task.branches.get("tasks", ())
        listed = given.get("values", given.get("value"))
        values = list(dict.fromkeys(listed)) if isinstance(listed, list) else []
        limit = int(str(given.get("concurrent", given.get("concurrencyLimit", 0))))
        if name == "Pause":
            return self._lanes_of_pause(task, path, now, scope), 0
        if name == "Approval":
            old = self.kept.get(scope.key) if self._has_begun(scope.key) else None
            return [self._approvals.lane(task, path, self.runs[scope.key], old)], 0
        if name == "Loop":
            return [[(child, (*path, value))] for value in values for child in tasks], limit
        if name in ("ForEach", "EachSequential"):
            limit = limit if name == "ForEach" else 1
            return [[(child, (*path, value)) for child in tasks] for value in values], limit
        if name == "EachParallel":
            return [[(child, (*path, value))] for value in values for child in tasks], limit
        if name in ("Parallel", "Dag"):
            return [[(child, path)] for child in tasks], limit
        return lanes_of_sequence(task, name, path), 0


def _is_stored(task: Task, lanes: Sequence[Lane]) -> bool:
    """Whether it is a Loop whose outputs go into a file."""
    stores = task.properties.get("fetchType") == "STORE"
    return stores and bool(lanes) and bool(lanes[0][0][0].outputs)


def _counted(state: str, scope: Scope) -> str:
    return "SUCCESS" if scope.forgives and state == "FAILED" else state


def _allowed(task: Task, state: str) -> str:
    if state == "FAILED" and (task.allow_failure or task.type.endswith("AllowFailure")):
        state = "WARNING"
    return "SUCCESS" if state == "WARNING" and task.allow_warning else state
