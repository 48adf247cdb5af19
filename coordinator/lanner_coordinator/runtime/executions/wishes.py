"""What people want to be done to an execution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.store.batch_records import BatchItemRecord

GRACE_SECONDS = 10.0
"""Between the polite and the hard signal to the tasks of a killed execution."""

LATEST_REVISION = -1
"""Stands for the newest revision of the flow."""


class Details(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What else an act needs to know; kept with a batch as JSON.

    Attributes:
        state: To change to.
        labels: To set.
        removed_labels: To take away.
        replaces_labels: Labels that are not set are taken away, but for those of the system.
        revision: Of the flow, for a retry or a replay; 0: that of the execution.
        task_run: From which to replay: its id, the id of its task, or the task with the values of
            the loops around it, `task[value]`; empty: from the start. Or the id of the paused task
            run to resume; empty: the one that was paused first.
        inputs: Raw values of inputs to change in a replay, or of what a pause asks for.
        decision: Of an Approval; absent: it is resumed, which approves it.
        comment: Why.
        spares_children: The executions that it started go on when it is killed.
    """

    state: str = ""
    labels: dict[str, str] = {}
    removed_labels: list[str] = []
    replaces_labels: bool = False
    revision: int = 0
    task_run: str = ""
    inputs: dict[str, object] = {}
    decision: Decision | None = None
    comment: str = ""
    spares_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants an act and why.

    Attributes:
        by: Who.
        reason: Kept in the execution's log; may be empty.
        grace_seconds: For a kill.
        details: For other acts.
        items: Items of batches that become durable with the act.
        look: Is shown an execution that was opened again before it goes on; absent: nobody looks.
    """

    by: str
    reason: str = ""
    grace_seconds: float = GRACE_SECONDS
    details: Details = field(default_factory=Details)
    items: Sequence[BatchItemRecord] = ()
    look: Callable[[LiveExecution], None] | None = None
