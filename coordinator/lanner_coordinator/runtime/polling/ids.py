"""Ids of looks: they are attempts, of an execution that begins only if something is found."""

from __future__ import annotations

from lanner_coordinator.engine.ids import attempt_id, task_run_of

_SUFFIX = "-poll"
"""No task run has it: they have numbers."""


def poll_run_id(execution_id: str) -> str:
    """What stands for the task run of a look."""
    return f"{execution_id}{_SUFFIX}"


def poll_attempt_id(execution_id: str) -> str:
    """Attempt of a look for which the execution would have this id."""
    return attempt_id(poll_run_id(execution_id), 1)


def is_poll(attempt: str) -> bool:
    """Whether an attempt is a look for a trigger."""
    return task_run_of(attempt).endswith(_SUFFIX)
