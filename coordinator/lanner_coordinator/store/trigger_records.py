"""What the store keeps of triggers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRecord:
    """A backfill that runs.

    Attributes:
        start: First date, inclusive.
        end: Last date, inclusive.
        current: Date of the next execution; absent: all are started.
        total_count: Dates in all.
        done_count: Executions that have ended.
        inputs: Raw input values.
        labels: Added to each execution.
    """

    start: datetime
    end: datetime
    current: datetime | None
    total_count: int
    done_count: int = 0
    inputs: Mapping[str, object] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetRecord:
    """An execution that met a part of a trigger's precondition.

    Attributes:
        at: When it reached its state.
        execution_id: Which.
        flow_id: Of its flow.
        outputs: Of its flow.
    """

    at: datetime
    execution_id: str
    flow_id: str
    outputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """How much of a trigger's precondition was met within a window.

    Attributes:
        precondition_id: Unique in the trigger.
        start: First instant of the window.
        end: Last instant of the window.
        met: What was met, by the name of the part.
    """

    precondition_id: str
    start: datetime
    end: datetime
    met: Mapping[str, MetRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """A look that an agent takes for a trigger.

    Attributes:
        attempt_id: The fencing token; what is said of another one is void.
        agent_id: Who looks.
        task_type: What it runs for that; canonical name.
        at: When it was told to.
    """

    attempt_id: str
    agent_id: str
    task_type: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRecord:
    """What must be remembered of a trigger.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        trigger_id: Unique in the flow.
        is_disabled: By a person; the source may disable it besides.
        next_at: Date to fire at; absent: not known or never.
        last_at: Date that it fired for last.
        running_execution_id: Execution that it waits for before it fires again; empty: none.
        backfill: Absent: none runs.
        type: Canonical name; empty: written before it was kept.
        topics: Which executions of other flows it listens to; empty: none.
        states: In which states of those.
        stop_after: States of an execution of its own that disable it.
        windows: Its preconditions of which something was met.
        poll: The look that an agent takes for it; absent: none does.
        polled_at: When the last look ended; absent: none has.
        poll_error: Why that look failed, without secrets; empty: it did not.
    """

    namespace: str
    flow_id: str
    trigger_id: str
    is_disabled: bool = False
    next_at: datetime | None = None
    last_at: datetime | None = None
    running_execution_id: str = ""
    backfill: BackfillRecord | None = None
    type: str = ""
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    stop_after: tuple[str, ...] = ()
    windows: tuple[WindowRecord, ...] = ()
    poll: PollRecord | None = None
    polled_at: datetime | None = None
    poll_error: str = ""
