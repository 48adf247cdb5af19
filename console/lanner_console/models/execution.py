"""Executions, their task runs and attempts, as a screen or a table shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import field
from msgspec.structs import replace

from lanner_console.models.flow import InputField
from lanner_console.models.review import ReviewRow
from lanner_console.models.state import State


class ExecutionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of an execution.

    Attributes:
        id: Of the execution.
        namespace: Of its flow.
        flow_id: Of its flow.
        flow_revision: Of its flow, when it was created.
        state: Its current state.
        created_at: When it was created.
        started_at: Start of its first task run; absent: not yet.
        ended_at: Absent: it has not ended.
        attempt_number: How often it was started: 1, and one more for each restart.
        labels: By key.
        trigger: `manual`, `schedule`, `webhook`, `flow`, `polling` or `backfill`.
        failed_task_id: First failed task; empty: none.
        error: First line of that task's error; empty: none.
        task_run_count: Task runs so far.
        ended_task_run_count: Those of them that ended.
    """

    id: str
    namespace: str
    flow_id: str
    flow_revision: int
    state: State
    created_at: datetime | None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempt_number: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    trigger: str = ""
    failed_task_id: str = ""
    error: str = ""
    task_run_count: int = 0
    ended_task_run_count: int = 0

    def duration(self, now: datetime) -> timedelta | None:
        """From its start to its end, or to `now` while it goes on; none before it has started."""
        if self.started_at is None:
            return None
        return (self.ended_at or now) - self.started_at


class StateChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of state.

    Attributes:
        state: The state from then on.
        at: When it changed.
    """

    state: State
    at: datetime | None


class MetricValue(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value that a task published.

    Attributes:
        name: Of the metric.
        kind: `counter`, `timer` or `gauge`.
        value: A count, seconds or a plain number, as `kind` says.
        tags: By name.
    """

    name: str
    kind: str
    value: float
    tags: Mapping[str, str] = field(default_factory=dict)


class AttemptRow(msgspec.Struct, frozen=True, kw_only=True):
    """One try of a task run.

    Attributes:
        id: Of the attempt.
        number: From 1.
        state: Its current state.
        agent_id: Empty: it ran inside the coordinator.
        submitted_at: When it was handed to the agent; absent: not yet.
        started_at: Absent: not yet.
        ended_at: Absent: it has not ended.
        error: A sentence; empty: none.
        runner: Where it ran, `docker 4f1c…` or `process 4711`.
        metrics: What it published.
        child_ids: Executions that do its work; the first of them.
        child_count: How many those are in all.
        log_file: URI of the file with its log; empty: its lines are in the execution's log.
    """

    id: str
    number: int
    state: State
    agent_id: str = ""
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    runner: str = ""
    metrics: tuple[MetricValue, ...] = ()
    child_ids: tuple[str, ...] = ()
    child_count: int = 0
    log_file: str = ""

    @property
    def children_text(self) -> str:
        """Its children in a few words; empty: it has none."""
        if self.child_count > 1:
            return f"{self.child_count} executions"
        return f"execution {self.child_ids[0]}" if self.child_ids else ""


class TaskRunRow(msgspec.Struct, frozen=True, kw_only=True):
    """One task of one execution.

    Attributes:
        id: Of the task run.
        task_id: Of the task in the flow.
        type: Canonical name of the task type.
        parent_id: Task run that holds it; empty: the execution itself.
        value: Of the iteration; absent: it is in no loop.
        state: Its current state.
        state_changes: Oldest first.
        attempts: In order of their number.
        outputs: By name.
        pending_reason: Why it waits; empty: it does not.
    """

    id: str
    task_id: str
    type: str
    state: State
    parent_id: str = ""
    value: str | None = None
    state_changes: tuple[StateChange, ...] = ()
    attempts: tuple[AttemptRow, ...] = ()
    outputs: Mapping[str, object] = field(default_factory=dict)
    pending_reason: str = ""

    @property
    def name(self) -> str:
        """How people call it: `task`, or `task[value]` in a loop."""
        return self.task_id if self.value is None else f"{self.task_id}[{self.value}]"

    @property
    def created_at(self) -> datetime | None:
        """When it came to be; absent where the coordinator did not say."""
        return self.state_changes[0].at if self.state_changes else None

    @property
    def started_at(self) -> datetime | None:
        """When it first ran; absent: not yet."""
        running = (change.at for change in self.state_changes if change.state is State.RUNNING)
        return next(running, None)

    @property
    def ended_at(self) -> datetime | None:
        """When it reached its end; absent: it has not."""
        return self.state_changes[-1].at if self.state.is_terminal and self.state_changes else None

    @property
    def error(self) -> str:
        """Sentence of its last attempt; empty: none."""
        return self.attempts[-1].error if self.attempts else ""

    def duration(self, now: datetime) -> timedelta | None:
        """From its first start to its end, or to `now`; none before it has started."""
        if self.started_at is None:
            return None
        return (self.ended_at or now) - self.started_at


class ExecutionDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All of an execution.

    Attributes:
        row: What the list shows of it.
        inputs: By id; secrets are `********`.
        outputs: Of the flow, by id; empty until it has ended.
        trigger_variables: As `trigger.*` in expressions.
        state_changes: Oldest first.
        task_runs: By id, in order of creation.
        started_by_task_run_id: Task run of another execution that started it; empty: none.
        started_by_execution_id: That execution; empty: none.
    """

    row: ExecutionRow
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    trigger_variables: Mapping[str, object] = field(default_factory=dict)
    state_changes: tuple[StateChange, ...] = ()
    task_runs: Mapping[str, TaskRunRow] = field(default_factory=dict)
    started_by_task_run_id: str = ""
    started_by_execution_id: str = ""


class PauseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why an execution is paused.

    Attributes:
        task_run_id: The paused task run; empty: somebody paused the execution itself.
        task_id: Its task; empty likewise.
        description: Of the task; may be empty.
        inputs: What whoever resumes it is asked for.
        paused_at: Since when.
        ends_at: When it ends by itself; absent: it does not.
        review: What is to be decided; absent: it is only resumed.
    """

    task_run_id: str = ""
    task_id: str = ""
    description: str = ""
    inputs: tuple[InputField, ...] = ()
    paused_at: datetime | None = None
    ends_at: datetime | None = None
    review: ReviewRow | None = None


class ExecutionUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What is new about a watched execution: all of it, or the parts that changed.

    Attributes:
        row: Its newest summary.
        snapshot: All of it: at first, after a restart and after a lost link; otherwise absent.
        changed_task_runs: Task runs that came or changed since the last update.
        removed_task_run_ids: Task runs that are gone since.
        outputs: Of the flow, in the last update; otherwise absent.
    """

    row: ExecutionRow
    snapshot: ExecutionDetail | None = None
    changed_task_runs: tuple[TaskRunRow, ...] = ()
    removed_task_run_ids: tuple[str, ...] = ()
    outputs: Mapping[str, object] | None = None


def applied(detail: ExecutionDetail, update: ExecutionUpdate) -> ExecutionDetail:
    """The execution after an update; costs one copy of its table of task runs."""
    if update.snapshot is not None:
        return update.snapshot
    task_runs = dict(detail.task_runs)
    task_runs.update((task_run.id, task_run) for task_run in update.changed_task_runs)
    for gone in update.removed_task_run_ids:
        task_runs.pop(gone, None)
    outputs = detail.outputs if update.outputs is None else update.outputs
    return replace(detail, row=update.row, task_runs=task_runs, outputs=outputs)
