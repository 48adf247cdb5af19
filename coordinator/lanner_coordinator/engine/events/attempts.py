"""What happened to task runs and their attempts."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from lanner_coordinator.engine.event_parts import MetricValue
from lanner_coordinator.engine.events.base import EventBase
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import TaskKind


class TaskRunEvaluated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="evaluated"):
    """The expressions that steer a task run were evaluated.

    Attributes:
        task_run_id: Which.
        should_run: Whether its `runIf` holds.
        values: What the flowable's control asked for (`condition`, `value`, `values`, `concurrent`
            …), typed.
        timeout: The limit of the task; absent: it has none.
    """

    task_run_id: str
    should_run: bool = True
    values: dict[str, object] = msgspec.field(default_factory=dict)
    timeout: timedelta | None = None


class EvaluationFailed(
    EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="evaluation_failed"
):
    """An expression that steers a task run cannot be evaluated; the task run fails."""

    task_run_id: str
    error: str


class AttemptSubmitted(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="submitted"):
    """An agent was chosen for an attempt."""

    attempt_id: str
    agent_id: str


class AttemptReturned(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="returned"):
    """The agent did not take the attempt; it waits for another one.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        reason: A sentence.
        agent_id: Whose refusal it is; ignored when another agent has the attempt by now.
    """

    attempt_id: str
    reason: str
    agent_id: str = ""


class AttemptTemplated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="templated"):
    """The text of a templated task was rendered: it is known which task it is.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        task_type: Canonical name of the type.
        task_kind: NATIVE or AGENT.
    """

    attempt_id: str
    task_type: str
    task_kind: TaskKind


class AttemptStarted(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="started"):
    """The attempt's work began.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        runner: Where it runs, for people.
        began_at: When, if that is not the date of the event; never later than that.
    """

    attempt_id: str
    runner: str = ""
    began_at: datetime | None = None


class AttemptFellAsleep(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="asleep"):
    """A native task has nothing to do for a while and succeeds then.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        duration: How long.
    """

    attempt_id: str
    duration: timedelta


class VariableChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a task changes the variables of its execution.

    Attributes:
        values: New values by name; maps are merged.
        removed: Names to remove, with dots for those inside of maps.
        may_replace: Variables that exist get new values; otherwise the attempt fails.
        may_be_missing: What is to be removed need not exist.
    """

    values: dict[str, object] = msgspec.field(default_factory=dict)
    removed: tuple[str, ...] = ()
    may_replace: bool = True
    may_be_missing: bool = False


class AttemptFinished(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="finished"):
    """An attempt ended.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        state: SUCCESS, WARNING, FAILED or KILLED.
        outputs: JSON-like values.
        error: A sentence; empty on success.
        cause: Why it failed, in the words of the agent protocol (`exit code`, `timeout` …); empty:
            none.
        metrics: What it measured.
        labels: Labels that the task sets on the execution.
        ended_at: When, if that is not the date of the event; never later than that.
        variables: How the execution's variables change; absent: not at all.
        is_exit: The execution ends too, in this state; then any end state is possible.
        log_file: URI of the file with its log; empty: its lines are in the execution's log.
    """

    attempt_id: str
    state: State
    outputs: dict[str, object] = msgspec.field(default_factory=dict)
    error: str = ""
    cause: str = ""
    metrics: list[MetricValue] = msgspec.field(default_factory=list)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    ended_at: datetime | None = None
    variables: VariableChange | None = None
    is_exit: bool = False
    log_file: str = ""


class AttemptLost(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="lost"):
    """The attempt's agent is gone for good or says that it no longer has it.

    The task's policy applies.
    """

    attempt_id: str
    reason: str


class FolderLost(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="folder_lost"):
    """The agent that has the folder of a task run's children is gone for good or has it no longer.

    Attributes:
        task_run_id: The task run whose children share it.
        number: Of the folder; ignored when it is not the current one.
        agent_id: Whose loss it is; ignored when another agent has the folder by now.
        reason: A sentence.
    """

    task_run_id: str
    number: int
    agent_id: str
    reason: str


class TimerFired(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="timer"):
    """A timer's date has come; ignored when the timer was cancelled meanwhile."""

    timer_id: str
