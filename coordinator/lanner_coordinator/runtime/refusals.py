"""How a refused act is worded."""

from __future__ import annotations

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.runtime.errors import NotAllowed

_VERBS = {
    Act.RETRY: "be retried",
    Act.REPLAY: "be replayed",
    Act.KILL: "be killed",
    Act.PAUSE: "be paused",
    Act.RESUME: "be resumed",
    Act.FORCE_RUN: "be forced to run",
    Act.UNQUEUE: "be taken out of the queue",
    Act.CHANGE_STATE: "have its state changed",
    Act.SET_LABELS: "have its labels changed",
    Act.DELETE: "be deleted",
}


def refused(act: Act, execution_id: str, reason: str) -> NotAllowed:
    """The error that an act on an execution is not allowed, with the reason."""
    return NotAllowed(f"execution {execution_id} cannot {_VERBS[act]}: {reason}")
