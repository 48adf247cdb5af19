"""What happened to executions that a task run started."""

from __future__ import annotations

import msgspec

from lanner_coordinator.engine.events.base import EventBase
from lanner_coordinator.engine.state import State


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
    outputs: dict[str, object] = msgspec.field(default_factory=dict)
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
