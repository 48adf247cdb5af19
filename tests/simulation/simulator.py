"""Drives the engine through one execution, with crashes, second reports and a clock of its own."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lanner_coordinator.engine import commands, events
from lanner_coordinator.engine.decide import begin, decide, open_commands
from lanner_coordinator.engine.events import RecordedEvent, decode_event, encode_event
from lanner_coordinator.engine.execution import Container, LiveExecution, TaskRun, snapshot
from lanner_coordinator.engine.folders import folder_of
from lanner_coordinator.engine.ids import number_of, task_run_of
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Task, TaskKind
from tests.simulation.folder_watch import FolderWatch
from tests.simulation.grammar import EXIT, ITERATION, LOOP, SLEEP
from tests.simulation.world import AttemptPlan, ChildPlan, Path, World

EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
_EVENT_LIMIT = 20_000

First = events.FirstEvent


def date(microseconds: int) -> datetime:
    """Date of a time of the simulation."""
    return EPOCH + timedelta(microseconds=microseconds)


def time_of(at: datetime) -> int:
    """Time of a date, in the simulation."""
    return round((at - EPOCH).total_seconds() * 1_000_000)


def fold(journal: Iterable[bytes], plan: Plan) -> LiveExecution:
    """The execution that a journal tells of."""
    records = iter(journal)
    first = decode_event(next(records))
    assert isinstance(first.event, First)
    live, _ = begin(first.event, first.at, plan)
    for record in records:
        recorded = decode_event(record)
        decide(live, recorded.event, recorded.at)
    return live


class Simulator:
    """One execution among coordinators that crash and agents that repeat themselves.

    Attributes:
        world: All chance but that of the crashes.
        journal: Every event so far.
        live: The execution in the coordinator that is alive.
        ended: States in which it was declared over, one for each time.
        repeats: Numbers of the executions that are to take its place.
        folders: The shared folders.
        kept: Attempts whose results were to be kept.
        hold: From when to when somebody paused it; absent: nobody did, or it did not run then.
    """

    def __init__(self, world: World, plan: Plan, first: First, crash_rate: float) -> None:
        self.world = world
        self.plan = plan
        self.now = 0
        self.journal: list[bytes] = []
        self.ended: list[State] = []
        self.repeats: list[int] = []
        self.hold: tuple[int, int] | None = None
        self.kept: list[str] = []
        self._chance = random.Random(f"{world.seed}/crashes")
        self._crash_rate = crash_rate
        self._order = 0
        self._agents: list[tuple[int, int, events.Event]] = []
        self._own: list[tuple[int, int, events.Event]] = []
        self._planned: dict[str, int] = {}
        self._returned: set[str] = set()
        self._paused: set[str] = set()
        self.folders = FolderWatch()
        self._record(first)
        self.live, wishes = begin(first, date(0), plan)
        self._obey(wishes)

    def come(self, at: int, event: events.Event) -> None:
        """Let an event come at a time, whatever crashes."""
        self._order += 1
        heapq.heappush(self._agents, (at, self._order, event))

    def pause(self, at: int, until: int) -> None:
        """Let somebody pause the execution, and resume it if that had an effect."""
        self.come(at, events.PauseRequested(by=str(until)))

    def run(self) -> None:
        """Go on until nothing is left to happen.

        Raises:
            AssertionError: It goes on for ever, or a crash changes the execution.
        """
        while self._agents or self._own:
            assert len(self.journal) < _EVENT_LIMIT, "the execution does not end"
            heaps = [heap for heap in (self._agents, self._own) if heap]
            self.now, _, event = heapq.heappop(min(heaps, key=lambda heap: heap[0]))
            if self._is_void(event):
                continue
            if isinstance(event, events.AttemptReturned):
                self._returned.add(event.attempt_id)
            if isinstance(event, events.SubflowStarted) and not self._wants(event):
                continue
            self._record(event)
            self._obey(decide(self.live, event, date(self.now)))
            if isinstance(event, events.AttemptSubmitted):
                self.folders.submitted(self.live, event.attempt_id, event.agent_id)
                self._agent_works(event.attempt_id)
            if isinstance(event, events.PauseRequested) and self.live.execution.is_on_hold:
                self.hold = (self.now, int(event.by))
                self.come(self.hold[1], events.ResumeRequested(by="someone"))
            if isinstance(event, events.SubflowStarted) and event.is_awaited:
                self._child_ends(event.execution_id)
            if self._chance.random() < self._crash_rate:
                self._crash()

    def _is_void(self, event: events.Event) -> bool:
        """Whether it ends a hold that has ended otherwise."""
        is_end = isinstance(event, events.ResumeRequested) and not event.task_run_id
        return is_end and not self.live.execution.is_on_hold

    def _record(self, event: events.Event) -> None:
        self.journal.append(encode_event(RecordedEvent(at=date(self.now), event=event)))

    def _crash(self) -> None:
        rebuilt = fold(self.journal, self.plan)
        self.check_same(rebuilt)
        self.live = rebuilt
        self._own.clear()
        self._obey(open_commands(rebuilt), after_crash=True)

    def check_same(self, other: LiveExecution) -> None:
        """Whether another execution is the living one, to the last value."""
        assert snapshot(other.execution) == snapshot(self.live.execution)
        assert other.task_outputs == self.live.task_outputs
        assert other.task_states == self.live.task_states
        assert other.views == self.live.views

    # Commands

    def _obey(  # noqa: C901 - one line for each command
        self, wishes: Iterable[commands.Command], *, after_crash: bool = False
    ) -> None:
        for wish in wishes:
            if isinstance(wish, commands.ChooseListeners):
                chosen = self.world.listeners(self.plan.flow)
                self._answer(self.now, events.ListenersChosen(indexes=chosen))
                continue
            if isinstance(wish, commands.RepeatExecution | commands.EndExecution):
                if not after_crash:
                    self._note_end(wish)
                continue
            match wish:
                case commands.Evaluate():
                    self._evaluate(self.live.execution.task_runs.get(wish.task_run_id))
                case commands.LookUpResult():
                    self._look_up(wish.attempt_id)
                case commands.KeepResult():
                    self.kept.append(wish.attempt_id)
                case commands.RunNative():
                    self._run_native(wish.attempt_id)
                case commands.Dispatch():
                    self._dispatch(wish.attempt_id)
                case commands.Cancel():
                    self._cancel(wish.attempt_id)
                case commands.RemoveFolder():
                    self.folders.removed(wish)
                case commands.Withdraw():
                    self._withdraw(wish.attempt_id)
                case commands.StartSubflow():
                    self._start_child(wish)
                case commands.AwaitSubflow():
                    self._child_ends(wish.execution_id)
                case commands.KillSubflow():
                    self._kill_child(wish.execution_id)
                case commands.StartTimer() | commands.CancelTimer():
                    self._time_wish(wish)
                case commands.Proceed():
                    self._answer(self.now + 1, events.Proceeded())
        self._people_look()

    def _note_end(self, wish: commands.RepeatExecution | commands.EndExecution) -> None:
        if isinstance(wish, commands.EndExecution):
            self.ended.append(wish.state)
        else:
            self.repeats.append(wish.attempt_number)

    def _time_wish(self, wish: commands.StartTimer | commands.CancelTimer) -> None:
        if isinstance(wish, commands.StartTimer):
            at = time_of(wish.at)
            planned = self._time(f"{wish.timer_id}/{at}", at - self.now)
            self._answer(planned, events.TimerFired(timer_id=wish.timer_id))
        else:
            self._forget_timer(wish.timer_id)

    def _people_look(self) -> None:
        """Let somebody resume, some time later, each task run that is paused."""
        for run_id in self.live.execution.paused_runs:
            if run_id not in self._paused:
                self._paused.add(run_id)
                run = self.live.execution.task_runs[run_id]
                task = self.plan.tasks[run.task_id].task
                delay = self.world.resumption(task, run.path)
                decision = Decision(self.world.decision(task, run.path))
                resumed = events.ResumeRequested(
                    by="someone", task_run_id=run_id, decision=decision
                )
                self.come(self.now + delay, resumed)

    def _answer(self, at: int, event: events.Event) -> None:
        if at < self.now and self.live.execution.is_on_hold:
            return  # it came during the hold, when nobody heard it; it is asked for again after
        self._order += 1
        heapq.heappush(self._own, (self._late(at), self._order, event))

    def _late(self, at: int) -> int:
        """A date that passed during the hold comes as long after it as it came after its begin."""
        if at >= self.now or self.hold is None:
            return at
        return max(self.now, min(self.now, self.hold[1]) + at - self.hold[0])

    def _withdraw(self, attempt_id: str) -> None:
        def is_submission(event: events.Event) -> bool:
            return isinstance(event, events.AttemptSubmitted) and event.attempt_id == attempt_id

        self._own = [entry for entry in self._own if not is_submission(entry[2])]
        heapq.heapify(self._own)

    def _forget_timer(self, timer_id: str) -> None:
        if self._chance.random() < 0.5:
            fired = events.TimerFired(timer_id=timer_id)
            self._own = [entry for entry in self._own if entry[2] != fired]
            heapq.heapify(self._own)

    def _time(self, name: str, delay: int) -> int:
        """When the answer of this name comes: the same after a crash as before it."""
        planned = self._planned.get(name, self.now + delay)
        if not self.live.execution.is_on_hold:
            planned = self._late(planned)
        self._planned[name] = planned
        return planned

    def _evaluate(self, run: TaskRun | None) -> None:
        if run is None:
            return
        task = self.plan.tasks[run.task_id].task
        if run.container is not None:
            self._check(run, run.container, task)
            return
        evaluation = self.world.evaluation(task, run.path)
        at = self._time(run.id, evaluation.delay)
        if evaluation.fails:
            self._answer(at, events.EvaluationFailed(task_run_id=run.id, error="it is nonsense"))
            return
        self._answer(
            at,
            events.TaskRunEvaluated(
                task_run_id=run.id,
                should_run=evaluation.should_run,
                values=dict(task.properties),
                timeout=None if task.timeout is None else parse_duration(task.timeout),
            ),
        )

    def _check(self, run: TaskRun, container: Container, task: Task) -> None:
        check = self.world.check(task, run.path, container.round_number)
        at = self._time(f"{run.id}/{container.wait_count}", check.delay)
        if check.fails:
            self._answer(at, events.EvaluationFailed(task_run_id=run.id, error="it is nonsense"))
            return
        values = {**task.properties, "condition": check.holds}
        if task.type == ITERATION:
            values["outputs"] = {"n": check.delay}
        elif task.type == LOOP:
            values["uri"] = "kestra:///outputs.ion"
        self._answer(at, events.TaskRunEvaluated(task_run_id=run.id, values=values))

    def _plan_of(self, attempt_id: str) -> AttemptPlan:
        return self.world.attempt(*self._place_of(attempt_id))

    def _place_of(self, attempt_id: str) -> tuple[Task, Path, int, int]:
        """Task and path of an attempt, its number, and how often its shared folder was lost."""
        run = self.live.execution.task_runs[task_run_of(attempt_id)]
        task = self.plan.tasks[run.task_id].task
        folder = folder_of(self.live, run)
        lost_count = folder.lost_count if folder is not None else 0
        return task, run.path, number_of(attempt_id), lost_count

    def _look_up(self, attempt_id: str) -> None:
        finding = self.world.finding(*self._place_of(attempt_id))
        result = None
        if finding.state:
            result = events.KeptResult(
                task_run_id="D-1",
                state=State(finding.state),
                kept_at=EPOCH,
                outputs={"outcome": finding.state},
            )
        at = self._time(f"{attempt_id}/looked up", finding.delay)
        event = events.ResultLookedUp(attempt_id=attempt_id, key="k", result=result)
        self._answer(at, event)

    def _run_native(self, attempt_id: str) -> None:
        plan = self._plan_of(attempt_id)
        run = self.live.execution.task_runs[task_run_of(attempt_id)]
        attempt = run.attempt
        said = self.plan.tasks[run.task_id].task.properties.get("said")
        if isinstance(said, TaskKind) and attempt is not None and attempt.task_kind is None:
            at = self._time(f"{attempt_id}/said", plan.worked // 3)
            self._answer(
                at,
                events.AttemptTemplated(attempt_id=attempt_id, task_type="a.task", task_kind=said),
            )
            return
        if plan.outcome == "SUCCESS" and self.plan.tasks[run.task_id].task.type == SLEEP:
            length = timedelta(microseconds=plan.worked - plan.worked // 2)
            asleep = events.AttemptFellAsleep(attempt_id=attempt_id, duration=length)
            self._answer(self._time(attempt_id, plan.worked // 2), asleep)
            return
        at = self._time(attempt_id, plan.worked)
        task = self.plan.tasks[run.task_id].task
        if plan.outcome == "SUCCESS" and task.type == EXIT:
            self._answer(at, _finished(attempt_id, str(task.properties["state"]), is_exit=True))
            return
        self._answer(at, _finished(attempt_id, plan.outcome))

    # Children: their ids are those of the attempt and of their index.

    def _child_plan(self, child_id: str) -> ChildPlan:
        attempt_id, _, index = child_id.rpartition("/")
        run = self.live.execution.task_runs[task_run_of(attempt_id)]
        task = self.plan.tasks[run.task_id].task
        return self.world.child(task, run.path, number_of(attempt_id), int(index))

    def _start_child(self, wish: commands.StartSubflow) -> None:
        child_id = f"{wish.attempt_id}/{wish.index}"
        run = self.live.execution.task_runs[wish.task_run_id]
        asked = self.plan.tasks[run.task_id].task.properties
        self._answer(
            self._time(child_id, self._child_plan(child_id).delayed),
            events.SubflowStarted(
                attempt_id=wish.attempt_id,
                execution_id=child_id,
                count=int(str(asked["count"])),
                is_awaited=bool(asked["wait"]),
                is_transmitted=bool(asked["transmitFailed"]),
                is_batched=asked["count"] != 1,
            ),
        )

    def _wants(self, event: events.SubflowStarted) -> bool:
        """Whether the attempt still wants this child, and has not got it already."""
        run = self.live.execution.run_of(event.attempt_id)
        attempt = run.attempt if run is not None else None
        if run is None or attempt is None or self.live.execution.is_on_hold:
            return False
        if attempt.children is not None and attempt.children.is_cut:
            return False
        count = len(attempt.children.ids) if attempt.children else 0
        is_next = event.execution_id.endswith(f"/{count}")
        return is_next and run.state is not State.KILLING

    def _child_ends(self, child_id: str) -> None:
        plan = self._child_plan(child_id)
        at = self._time(f"{child_id}/ended", plan.worked)
        self._answer(at, _child_ended(child_id, plan.outcome))

    def _kill_child(self, child_id: str) -> None:
        name = f"{child_id}/killed"
        if name not in self._planned:
            at = self._time(name, self._child_plan(child_id).cancelled)
            self.come(at, _child_ended(child_id, "KILLED"))

    def _dispatch(self, attempt_id: str) -> None:
        plan = self._plan_of(attempt_id)
        turn = 0 if plan.returned and attempt_id not in self._returned else 1
        at = self._time(f"{attempt_id}/{turn}", plan.queued[turn])
        folder = folder_of(self.live, self.live.execution.task_runs[task_run_of(attempt_id)])
        agent_id = (folder.agent_id if folder is not None else "") or f"agent{turn}"
        self._answer(at, events.AttemptSubmitted(attempt_id=attempt_id, agent_id=agent_id))

    def _agent_works(self, attempt_id: str) -> None:
        if self.live.execution.run_of(attempt_id) is None:
            return
        at, plan = self.now, self._plan_of(attempt_id)
        if plan.returned and attempt_id not in self._returned:
            returned = events.AttemptReturned(attempt_id=attempt_id, reason="it is full")
            self.come(at + plan.returned, returned)
            return
        if plan.started:
            self._report(at + plan.started, events.AttemptStarted(attempt_id=attempt_id), plan)
        if plan.outcome == "LOST":
            lost = events.AttemptLost(attempt_id=attempt_id, reason="its agent is gone")
            self._report(at + plan.worked, lost, plan)
        else:
            self._report(at + plan.worked, _finished(attempt_id, plan.outcome), plan)

    def _report(self, at: int, event: events.Event, plan: AttemptPlan) -> None:
        self.come(at, event)
        if plan.doubled:
            self.come(at + plan.doubled, event)

    def _cancel(self, attempt_id: str) -> None:
        name = f"{attempt_id}/cancelled"
        is_there = task_run_of(attempt_id) in self.live.execution.task_runs
        if is_there and name not in self._planned:
            at = self._time(name, self._plan_of(attempt_id).cancelled)
            self.come(at, _finished(attempt_id, "KILLED"))


def _finished(attempt_id: str, outcome: str, *, is_exit: bool = False) -> events.AttemptFinished:
    error = "it broke" if outcome == "FAILED" else ""
    outputs: dict[str, object] = {"outcome": outcome} if outcome == "SUCCESS" else {}
    return events.AttemptFinished(
        attempt_id=attempt_id,
        state=State(outcome),
        outputs=outputs,
        error=error,
        is_exit=is_exit,
    )


def _child_ended(child_id: str, outcome: str) -> events.SubflowEnded:
    attempt_id = child_id.rpartition("/")[0]
    return events.SubflowEnded(
        task_run_id=task_run_of(attempt_id),
        execution_id=child_id,
        state=State(outcome),
        outputs={"outcome": outcome} if outcome == "SUCCESS" else {},
    )
