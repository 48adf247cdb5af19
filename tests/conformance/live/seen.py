"""What the API tells of an execution, in the words of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lanner_proto.v1 import execution_pb2, state_pb2
from lanner_proto.values import from_struct, from_timestamp

_LOOPS = ("ForEach", "EachSequential", "EachParallel", "Loop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of state.

    Attributes:
        state: The state it led to.
        at: When.
    """

    state: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTaskRun:
    """A task run.

    Attributes:
        id: Its own id.
        task_id: Of its task.
        path: `task_id[v1][v2]`: with the values of its iterations from the outermost on.
        parent_id: Task run around it; empty: none.
        changes: Its states, oldest first.
        attempt_states: States of its attempts.
        attempt_dates: When each attempt was submitted or, inside the coordinator, started.
        errors: What its attempts say of their failures.
        outputs: Its outputs.
        metrics: Name, value and tags of each value that it published.
    """

    id: str
    task_id: str
    path: str
    parent_id: str
    changes: Sequence[Change]
    attempt_states: Sequence[str]
    attempt_dates: Sequence[datetime | None]
    errors: Sequence[str]
    outputs: Mapping[str, object]
    metrics: Sequence[Mapping[str, object]] = ()

    @property
    def state(self) -> str:
        """Its newest state."""
        return self.changes[-1].state


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An execution.

    Attributes:
        id: Its id.
        namespace: Of its flow.
        flow_id: Of its flow.
        changes: Its states, oldest first.
        labels: Its labels.
        trigger: What started it, in a word.
        parent_id: Execution that it repeats; empty: none.
        inputs: Typed inputs.
        outputs: Of the flow.
        trigger_variables: `trigger.*` of expressions.
        task_runs: In order of creation.
    """

    id: str
    namespace: str
    flow_id: str
    changes: Sequence[Change]
    labels: Mapping[str, str]
    trigger: str
    parent_id: str = ""
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    trigger_variables: Mapping[str, object] = field(default_factory=dict)
    task_runs: Sequence[SeenTaskRun] = ()

    @property
    def state(self) -> str:
        """Its newest state."""
        return self.changes[-1].state

    @property
    def history(self) -> list[str]:
        """Its states, oldest first."""
        return [change.state for change in self.changes]

    def find(self, path: str) -> SeenTaskRun | None:
        """The newest task run of this path or, where the path has no values, of this task.

        `$last` is the last one of all.
        """
        if path == "$last":
            return self.task_runs[-1] if self.task_runs else None
        for task_run in reversed(self.task_runs):
            if path in (task_run.path, task_run.task_id):
                return task_run
        return None

    def at_change(self, number: int) -> Seen:
        """The execution as it was just after its change of state with this number, from 0.

        What happened at the same instant counts as later, but for task runs that start again.
        """
        at = self.changes[number].at
        return replace(
            self,
            changes=self.changes[: number + 1],
            task_runs=[
                _as_of(task_run, at) for task_run in self.task_runs if task_run.changes[0].at < at
            ],
        )


def seen_of(execution: execution_pb2.Execution) -> Seen:
    """An execution from its message."""
    summary = execution.summary
    by_id = {task_run.id: task_run for task_run in execution.task_runs}
    return Seen(
        id=summary.id,
        namespace=summary.namespace,
        flow_id=summary.flow_id,
        changes=_changes(execution.state_changes),
        labels=dict(summary.labels),
        trigger=summary.trigger,
        parent_id=execution.parent_id,
        inputs=from_struct(execution.inputs),
        outputs=from_struct(execution.outputs),
        trigger_variables=from_struct(execution.trigger_variables),
        task_runs=[_task_run(task_run, by_id) for task_run in execution.task_runs],
    )


def _task_run(
    task_run: execution_pb2.TaskRun, by_id: Mapping[str, execution_pb2.TaskRun]
) -> SeenTaskRun:
    return SeenTaskRun(
        id=task_run.id,
        task_id=task_run.task_id,
        path=task_run.task_id + "".join(f"[{value}]" for value in _values(task_run, by_id)),
        parent_id=task_run.parent_id,
        changes=_changes(task_run.state_changes),
        attempt_states=[state_name(attempt.state) for attempt in task_run.attempts],
        attempt_dates=[_start(attempt) for attempt in task_run.attempts],
        errors=[attempt.error for attempt in task_run.attempts if attempt.error],
        outputs=from_struct(task_run.outputs),
        metrics=[
            {"name": metric.name, "value": metric.value, "tags": dict(metric.tags)}
            for attempt in task_run.attempts
            for metric in attempt.metrics
        ],
    )


def _values(
    task_run: execution_pb2.TaskRun, by_id: Mapping[str, execution_pb2.TaskRun]
) -> list[str]:
    """The values of the iterations it is in; what is deeper in one repeats its value."""
    values: list[str] = []
    around: execution_pb2.TaskRun | None = task_run
    while around is not None:
        parent = by_id.get(around.parent_id)
        if around.HasField("value") and parent is not None and parent.type.endswith(_LOOPS):
            values.insert(0, around.value)
        around = parent
    return values


def _start(attempt: execution_pb2.Attempt) -> datetime | None:
    for name in ("submitted_at", "started_at", "ended_at"):
        if attempt.HasField(name):
            return from_timestamp(getattr(attempt, name))
    return None


def _as_of(task_run: SeenTaskRun, at: datetime) -> SeenTaskRun:
    kept = [change for change in task_run.changes if change.at < at]
    later = task_run.changes[len(kept) :]
    if later and later[0].at == at and later[0].state in ("RESTARTED", "RUNNING", "KILLED"):
        kept.append(later[0])
    dates = task_run.attempt_dates
    started = sum(1 for date in dates if date is None or date < at)
    return replace(task_run, changes=kept, attempt_states=task_run.attempt_states[:started])


def _changes(changes: Sequence[state_pb2.StateChange]) -> list[Change]:
    return [Change(state=state_name(one.state), at=from_timestamp(one.at)) for one in changes]


def state_name(state: state_pb2.State.ValueType) -> str:
    """A state in the words of the cases."""
    return state_pb2.State.Name(state).removeprefix("STATE_")
