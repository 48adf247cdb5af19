"""What persons, services and other executions asked for."""

from __future__ import annotations

import msgspec

from lanner_coordinator.engine.events.base import EventBase
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.engine.state import State


class KillRequested(EventBase, frozen=True, kw_only=True, omit_defaults=True, tag="kill"):
    """Somebody wants the execution to end.

    Attributes:
        by: Who.
        reason: Kept in the log; may be empty.
        grace_seconds: Between the polite and the hard signal.
        spares_children: The executions that it started go on; only a first kill may say so.
    """

    by: str
    reason: str = ""
    grace_seconds: float = 10.0
    spares_children: bool = False


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
        decision: Of an Approval; absent: it is approved.
        comment: Why; kept with the decision.
    """

    by: str
    reason: str = ""
    task_run_id: str = ""
    inputs: dict[str, object] = msgspec.field(default_factory=dict)
    decision: Decision | None = None
    comment: str = ""


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
