"""What happened to an execution: the journal's records.

An execution is the fold of its events by `decide`. Events are facts: they hold every value that
came from outside (dates, rendered values, results), so that the fold is the same at every replay.
They are msgspec structs because the journal writes and reads them by the thousand; fields may be
added with defaults, never renamed or removed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from lanner_coordinator.engine.children import Ancestor
from lanner_coordinator.engine.event_parts import MetricValue as MetricValue
from lanner_coordinator.engine.event_parts import TriggerInfo as TriggerInfo
from lanner_coordinator.engine.state import State


class EventBase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    """What all events have in common: nothing but their shape."""


class ExecutionCreated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="created"):
    """An execution was asked for and its inputs hold.

    Attributes:
        execution_id: New id.
        namespace: Of the flow.
        flow_id: Of the flow.
        flow_revision: Of the flow.
        inputs: Typed values by input id, nested where ids have dots.
        labels: Flow's, trigger's and given ones, merged.
        trigger: What started it.
        schedule_at: Not before; absent: at once.
        original_id: Execution that was the first of those that repeat each other; empty: none.
        parent_id: Execution that this one repeats; empty: none.
        repeats: That execution and those that it repeated in turn, the first one first.
        is_limited: It asks for a slot before it begins.
        parent_run_id: Task run of another execution that started this one; empty: none.
        lineage: Executions that started it, the nearest first.
        attempt_number: More than 1: it takes the place of an execution that failed.
        first_created_at: When the first execution of such a chain was created.
    """

    execution_id: str
    namespace: str
    flow_id: str
    flow_revision: int
    inputs: dict[str, object]
    labels: dict[str, str]
    trigger: TriggerInfo
    schedule_at: datetime | None = None
    original_id: str = ""
    parent_id: str = ""
    repeats: list[str] = []
    is_limited: bool = False
    parent_run_id: str = ""
    lineage: tuple[Ancestor, ...] = ()
    attempt_number: int = 1
    first_created_at: datetime | None = None


class Verdict(StrEnum):
    """What becomes of an execution that asked for a slot."""

    START = "START"
    QUEUE = "QUEUE"
    CANCEL = "CANCEL"
    FAIL = "FAIL"


class SlotAnswered(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="slot"):
    """Whether the flow's concurrency limit lets the execution begin.

    Attributes:
        verdict: What becomes of it.
        ticket: Its place among those that wait: the smaller, the sooner; 0: it does not wait.
    """

    verdict: Verdict
    ticket: int = 0


class StartAllowed(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="start_allowed"):
    """An execution that has not begun may begin now.

    Attributes:
        by: Who lets it pass the limit or its date; empty: its turn has come.
        reason: Why; may be empty.
    """

    by: str = ""
    reason: str = ""


class TaskRunEvaluated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="evaluated"):
    """The expressions that steer a task run were evaluated.

    Attributes:
        task_run_id: Which.
        should_run: Whether its `runIf` holds.
        values: What the flowable's control asked for (`condition`, `value`, `values`, `concurrent`
            …), typed.
    """

    task_run_id: str
    should_run: bool = True
    values: dict[str, object] = {}


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

    values: dict[str, object] = {}
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
    """

    attempt_id: str
    state: State
    outputs: dict[str, object] = {}
    error: str = ""
    cause: str = ""
    metrics: list[MetricValue] = []
    labels: dict[str, str] = {}
    ended_at: datetime | None = None
    variables: VariableChange | None = None
    is_exit: bool = False


class AttemptLost(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="lost"):
    """The attempt's agent is gone for good or says that it no longer has it.

    The task's policy applies.
    """

    attempt_id: str
    reason: str


class SubflowStarted(
    EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="subflow_started"
):
    """An attempt started another execution, in the same commit.

    Attributes:
        attempt_id: Which; ignored when it is not current.
        execution_id: The child.
        count: How many children the attempt has in all.
        is_awaited: The attempt ends when they have ended.
        is_transmitted: It ends as they do.
        is_batched: They are the batches of a ForEachItem.
    """

    attempt_id: str
    execution_id: str
    count: int = 1
    is_awaited: bool = True
    is_transmitted: bool = True
    is_batched: bool = False


class SubflowEnded(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="subflow_ended"):
    """A child has ended.

    Attributes:
        task_run_id: Task run that the child belongs to.
        execution_id: The child; ignored when no current attempt waits for it.
        state: In which it ended.
        outputs: Its flow outputs, or what the task takes of it.
        error: Why it failed, as a sentence; empty: it did not.
        are_outputs_broken: What the task takes of it cannot be evaluated; the attempt fails.
    """

    task_run_id: str
    execution_id: str
    state: State
    outputs: dict[str, object] = {}
    error: str = ""
    are_outputs_broken: bool = False


class SubflowReplaced(
    EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="subflow_replaced"
):
    """A child failed and another execution took its place, which is awaited in its stead.

    Attributes:
        task_run_id: Task run that both belong to.
        execution_id: The child that failed; ignored when nobody waits for it.
        successor_id: The execution in its place.
    """

    task_run_id: str
    execution_id: str
    successor_id: str


class TimerFired(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="timer"):
    """A timer's date has come; ignored when the timer was cancelled meanwhile."""

    timer_id: str


class KillRequested(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="kill"):
    """Somebody wants the execution to end.

    `grace_seconds` lies between the polite and the hard signal.
    """

    by: str
    reason: str = ""
    grace_seconds: float = 10.0


class RestartRequested(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="restart"):
    """Somebody wants an ended execution to go on from its failed tasks."""

    by: str
    reason: str = ""


class PauseRequested(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="pause"):
    """Somebody wants nothing new to begin in a running execution until it is resumed."""

    by: str
    reason: str = ""


class ResumeRequested(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="resume"):
    """Somebody wants a paused execution to go on.

    Attributes:
        by: Who.
        reason: Kept in the log; may be empty.
        task_run_id: The paused task run; empty: the one that was paused first, or the execution
            itself when a person paused it.
        inputs: Typed values of what the pause asks for, nested where ids have dots.
    """

    by: str
    reason: str = ""
    task_run_id: str = ""
    inputs: dict[str, object] = {}


class SlaBroken(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="sla_broken"):
    """An assertion of the flow does not hold.

    `index` is its place among the flow's promises.
    """

    index: int


class ListenersChosen(
    EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="listeners_chosen"
):
    """The conditions of the flow's listeners were looked at.

    `indexes` are the places of those that hold.
    """

    indexes: list[int]


class OutputsEvaluated(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="outputs"):
    """The flow's outputs were evaluated."""

    values: dict[str, object]


class OutputsFailed(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="outputs_failed"):
    """A flow output cannot be evaluated; the execution fails."""

    error: str


class ExecutionRestored(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="restored"):
    """An archived execution came back to life.

    `snapshot` is what `snapshot()` wrote when it was archived.
    """

    snapshot: bytes


class ExecutionReplayed(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="replayed"):
    """An execution was repeated from some point on; this begins the new one.

    Attributes:
        execution_id: New id.
        snapshot: The repeated execution, as `snapshot()` wrote it when it was archived.
        flow_revision: Of the flow.
        inputs: Typed values.
        labels: All of the new execution.
        trigger: What started it.
        from_run_id: Task run of the repeated execution with which the new one goes on; empty: with
            all that failed.
        by: Who asked.
        reason: Why; may be empty.
    """

    execution_id: str
    snapshot: bytes
    flow_revision: int
    inputs: dict[str, object]
    labels: dict[str, str]
    trigger: TriggerInfo
    from_run_id: str = ""
    by: str = ""
    reason: str = ""


class Proceeded(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="proceeded"):
    """An execution that was opened again (RESTARTED) goes on.

    With `is_limited` it asks for a slot before.
    """

    is_limited: bool = False


class TaskRunMarked(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="marked"):
    """Somebody says in which state a task run of an ended execution has ended."""

    task_run_id: str
    state: State
    by: str
    reason: str = ""


class EndStateSet(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="end_state_set"):
    """Somebody says in which state an ended execution has ended."""

    state: State
    by: str
    reason: str = ""


class LabelsSet(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="labels_set"):
    """Somebody changed the labels of an ended execution; these are all that it has now."""

    labels: dict[str, str]
    by: str
    reason: str = ""


Event = (
    ExecutionCreated
    | SlotAnswered
    | StartAllowed
    | TaskRunEvaluated
    | EvaluationFailed
    | AttemptSubmitted
    | AttemptReturned
    | AttemptStarted
    | AttemptFellAsleep
    | AttemptFinished
    | AttemptLost
    | SubflowStarted
    | SubflowEnded
    | SubflowReplaced
    | TimerFired
    | KillRequested
    | RestartRequested
    | PauseRequested
    | ResumeRequested
    | SlaBroken
    | ListenersChosen
    | OutputsEvaluated
    | OutputsFailed
    | ExecutionRestored
    | ExecutionReplayed
    | Proceeded
    | TaskRunMarked
    | EndStateSet
    | LabelsSet
)
"""Everything that can happen to an execution."""


FirstEvent = ExecutionCreated | ExecutionRestored | ExecutionReplayed
"""Events that begin the journal of an execution."""


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the journal, with the date that `decide` was given.

    Attributes:
        at: Aware, UTC.
        event: What happened.
    """

    at: datetime
    event: Event


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(RecordedEvent)


def encode_event(recorded: RecordedEvent) -> bytes:
    """JSON of a record, one line."""
    return _ENCODER.encode(recorded)


def decode_event(record: bytes | str) -> RecordedEvent:
    """The record of its JSON.

    Raises:
        msgspec.DecodeError: The JSON is not of this version's events.
    """
    return _DECODER.decode(record)
