"""An execution on a bench: the test plays the runtime and the agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lanner_coordinator.engine import commands, events
from lanner_coordinator.engine.decide import begin, decide, open_commands
from lanner_coordinator.engine.events import RecordedEvent, decode_event, encode_event
from lanner_coordinator.engine.execution import LiveExecution, TaskRun, restore, snapshot
from lanner_coordinator.engine.plan import make_plan
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Flow, Task, TaskKind

START = datetime(2030, 1, 1, tzinfo=UTC)
PREFIX = "io.kestra.plugin.core.flow."
_BRANCHES = (
    *("tasks", "errors", "final", "then", "other", "defaults"),
    *("onPause", "onWait", "onApprove", "onDeny"),
)


def leaf(task_id: str, **fields: Any) -> Task:
    """A task that an agent runs."""
    return Task(id=task_id, type="a.task", **{"kind": TaskKind.AGENT, **fields})


def leaves(text: str) -> tuple[Task, ...]:
    """Tasks of these ids."""
    return tuple(leaf(task_id) for task_id in text.split())


def flowable(
    name: str,
    task_id: str,
    properties: Mapping[str, object] | None = None,
    **branches_and_fields: Any,
) -> Task:
    """A flowable; lists of tasks are its branches (`final` is `finally`, `other` is `else`)."""
    names = {"final": "finally", "other": "else"}
    given = branches_and_fields
    branches = {names.get(key, key): value for key, value in given.items() if key in _BRANCHES}
    branches |= given.pop("cases", {})
    fields = {key: value for key, value in given.items() if names.get(key, key) not in branches}
    return Task(
        id=task_id,
        type=PREFIX + name,
        kind=TaskKind.FLOWABLE,
        properties=properties or {},
        branches=branches,
        **fields,
    )


def flow_of(*tasks: Task, **fields: Any) -> Flow:
    """A flow of these tasks."""
    return Flow(id="flow", namespace="test", tasks=tasks, **fields)


class EngineBench:
    """One execution that has begun.

    Evaluations are answered at once, with the properties as they stand.

    Attributes:
        live: The execution.
        now: Date of the next event.
        journal: Every event so far.
        wishes: Commands that were given and not taken with `take`.
        refused: Ids of tasks whose `runIf` does not hold.
        broken: Ids of tasks whose expressions cannot be evaluated.
        holds_back: Whether an execution that was opened again is left as it is.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        refused: Sequence[str] = (),
        broken: Sequence[str] = (),
        schedule_at: datetime | None = None,
        number: int = 1,
        first_created_at: datetime | None = None,
    ) -> None:
        self.plan = make_plan(flow, 1)
        self.now = START
        self.journal: list[bytes] = []
        self.wishes: list[commands.Command] = []
        self.refused = set(refused)
        self.broken = set(broken)
        self.holds_back = False
        created = events.ExecutionCreated(
            execution_id="E",
            namespace="test",
            flow_id="flow",
            flow_revision=1,
            inputs={},
            labels={},
            trigger=events.TriggerInfo(kind="manual"),
            schedule_at=schedule_at,
            attempt_number=number,
            first_created_at=first_created_at,
        )
        self._record(created)
        self.live, wishes = begin(created, self.now, self.plan)
        self._obey(wishes)

    # Acts

    def send(self, event: events.Event) -> None:
        """Let an event happen now."""
        self._record(event)
        self._obey(decide(self.live, event, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass; timers are fired by `fire` only."""
        self.now += timedelta(seconds=seconds)

    def fire(self) -> None:
        """Let the oldest timer that was started fire, at its date."""
        timer = next(wish for wish in self.wishes if isinstance(wish, commands.StartTimer))
        self.wishes.remove(timer)
        self.now = max(self.now, timer.at)
        self.send(events.TimerFired(timer_id=timer.timer_id))

    def start(self, name: str) -> None:
        """An agent takes and starts the current attempt of a task run."""
        attempt_id = self.attempt_id(name)
        self.send(events.AttemptSubmitted(attempt_id=attempt_id, agent_id="agent"))
        self.send(events.AttemptStarted(attempt_id=attempt_id))

    def end(self, name: str, state: State = State.SUCCESS, error: str = "") -> None:
        """The current attempt of a task run ends."""
        text = error or ("it broke" if state is State.FAILED else "")
        attempt_id = self.attempt_id(name)
        self.send(events.AttemptFinished(attempt_id=attempt_id, state=state, error=text))

    def succeed(self, names: str) -> None:
        """These task runs succeed, one after the other."""
        for name in names.split():
            self.end(name)

    def fail(self, name: str) -> None:
        """A task run's current attempt fails."""
        self.end(name, State.FAILED)

    def lose(self, name: str) -> None:
        """A task run's agent is gone."""
        attempt_id = self.attempt_id(name)
        self.send(events.AttemptLost(attempt_id=attempt_id, reason="its agent is gone"))

    def kill(self) -> None:
        """Somebody kills the execution."""
        self.send(events.KillRequested(by="someone"))

    def pause(self) -> None:
        """Somebody pauses the execution."""
        self.send(events.PauseRequested(by="someone"))

    def resume(self, name: str = "", **inputs: object) -> None:
        """Somebody resumes the execution, or one of its paused task runs."""
        run_id = self.run(name).id if name else ""
        self.send(events.ResumeRequested(by="someone", task_run_id=run_id, inputs=inputs))

    def review(self, decision: Decision, comment: str = "", **inputs: object) -> None:
        """Somebody approves or denies what was paused first."""
        event = events.ResumeRequested(
            by="someone", decision=decision, comment=comment, inputs=inputs
        )
        self.send(event)

    def restart(self) -> None:
        """Somebody restarts the execution."""
        self.wishes.clear()
        self.send(events.RestartRequested(by="someone"))

    def mark(self, name: str, state: State) -> None:
        """Somebody says how a task run has ended."""
        self.wishes.clear()
        run_id = self.run(name).id
        self.send(events.TaskRunMarked(task_run_id=run_id, state=state, by="someone"))

    def replay(self, name: str = "", flow: Flow | None = None, **changes: Any) -> None:
        """Go on with a new execution that repeats this one from a task run (none: the failed)."""
        first = events.ExecutionReplayed(
            snapshot=snapshot(self.live.execution),
            from_run_id=self.run(name).id if name else "",
            **{"execution_id": "R", "flow_revision": 1, "inputs": {}, "labels": {}, **changes},
            trigger=events.TriggerInfo(kind="manual"),
            by="someone",
        )
        if flow is not None:
            self.plan = make_plan(flow, first.flow_revision)
        self.journal.clear()
        self.wishes.clear()
        self._record(first)
        self.live, wishes = begin(first, self.now, self.plan)
        self._obey(wishes)

    def take(self, kind: type[commands.Command]) -> list[Any]:
        """Commands of a kind that were given since they were last taken."""
        taken = [wish for wish in self.wishes if isinstance(wish, kind)]
        self.wishes = [wish for wish in self.wishes if not isinstance(wish, kind)]
        return taken

    # Looks

    def state(self) -> State:
        """State of the execution."""
        return self.live.execution.state

    def is_over(self) -> bool:
        """Whether the engine said that the execution has ended."""
        return any(isinstance(wish, commands.EndExecution) for wish in self.wishes)

    def run(self, name: str) -> TaskRun:
        """The task run of `task` or `task/value/value`."""
        task_id, *path = name.split("/")
        for run in self.live.execution.task_runs.values():
            if run.task_id == task_id and run.path == tuple(path):
                return run
        raise AssertionError(f"{name} has not begun: {sorted(self.states())}")

    def attempt_id(self, name: str) -> str:
        """Id of a task run's current attempt."""
        attempt = self.run(name).attempt
        assert attempt is not None, f"{name} has no attempt"
        return attempt.id

    def states(self) -> dict[str, str]:
        """State of each task run by its name."""
        return {
            "/".join((run.task_id, *run.path)): run.state.value
            for run in self.live.execution.task_runs.values()
        }

    def working(self) -> str:
        """Names of the leaves that wait or run, in order of their start."""
        return " ".join(
            "/".join((run.task_id, *run.path))
            for run in self.live.execution.task_runs.values()
            if not run.state.is_terminal and run.container is None
        )

    def rebuilt(self) -> LiveExecution:
        """The execution that the journal tells of."""
        records = [decode_event(record) for record in self.journal]
        first = records[0].event
        assert isinstance(first, events.FirstEvent)
        live, _ = begin(first, records[0].at, self.plan)
        for recorded in records[1:]:
            decide(live, recorded.event, recorded.at)
        return live

    def open(self) -> Sequence[commands.Command]:
        """What a coordinator has to do that finds this execution after a crash."""
        return open_commands(LiveExecution(restore(snapshot(self.live.execution)), self.plan))

    def _record(self, event: events.Event) -> None:
        self.journal.append(encode_event(RecordedEvent(at=self.now, event=event)))

    def _obey(self, wishes: Sequence[commands.Command]) -> None:
        for wish in wishes:
            if isinstance(wish, commands.Evaluate):
                self._evaluate(wish.task_run_id)
            elif isinstance(wish, commands.Proceed) and not self.holds_back:
                self.send(events.Proceeded())
            else:
                self.wishes.append(wish)

    def _evaluate(self, run_id: str) -> None:
        task = self.plan.tasks[self.live.execution.task_runs[run_id].task_id].task
        if task.id in self.broken:
            self.send(events.EvaluationFailed(task_run_id=run_id, error="no such variable"))
            return
        should_run = task.id not in self.refused
        limit = None if task.timeout is None else parse_duration(task.timeout)
        values = dict(task.properties)
        if task.outputs:
            values["outputs"] = {one.id: one.value for one in task.outputs}
        evaluated = events.TaskRunEvaluated(
            task_run_id=run_id, should_run=should_run, values=values, timeout=limit
        )
        self.send(evaluated)
