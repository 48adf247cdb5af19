"""How the journal of an execution begins."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from lanner_coordinator.engine.children import Ancestor
from lanner_coordinator.engine.event_parts import TriggerInfo
from lanner_coordinator.engine.events.base import EventBase


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
        failure: Why it ends FAILED before anything of it runs: what a check of the flow says;
            empty: it begins.
        notes: What other checks say that let it begin.
        trigger_depth: How many flow triggers led to it, one after the other.
    templates: Sources of the templates that the flow puts in, by `namespace/id`.
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
    repeats: list[str] = msgspec.field(default_factory=list)
    is_limited: bool = False
    parent_run_id: str = ""
    lineage: tuple[Ancestor, ...] = ()
    attempt_number: int = 1
    first_created_at: datetime | None = None
    failure: str = ""
    notes: list[str] = msgspec.field(default_factory=list)
    trigger_depth: int = 0
    templates: dict[str, str] = msgspec.field(default_factory=dict)


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
        templates: Sources of the templates that the flow puts in, by `namespace/id`.
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
    templates: dict[str, str] = msgspec.field(default_factory=dict)
