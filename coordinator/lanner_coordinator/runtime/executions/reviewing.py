"""What is refused of a decision before it is made."""

from __future__ import annotations

from lanner_coordinator.engine.events import ResumeRequested
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed

_VERBS = {Decision.APPROVED: "approve", Decision.DENIED: "deny"}


def check_decision(run: TaskRun | None, event: ResumeRequested) -> None:
    """Let a decision pass that what waits can take; absent: the execution itself is on hold.

    Raises:
        NotAllowed: There is nothing to decide, only to resume.
        InvalidRequest: A comment is missing, or nothing keeps it.
    """
    review = run.container.review if run is not None and run.container is not None else None
    what = f'task "{run.task_id}"' if run is not None else "the execution"
    if review is None:
        if event.decision is not None:
            reason = "is no Approval: it can only be resumed"
            raise NotAllowed(f"{what} cannot be {event.decision.lower()}: it {reason}")
        if event.comment:
            raise InvalidRequest(
                f"{what} is no Approval, which alone keeps a comment; use `reason`"
            )
        return
    decision = event.decision or Decision.APPROVED
    if review.wants_comment(decision) and not event.comment.strip():
        verb = _VERBS[decision]
        raise InvalidRequest(f"{what} needs a comment to {verb} it (commentRequired)")
