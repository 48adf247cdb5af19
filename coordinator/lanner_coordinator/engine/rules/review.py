"""How an Approval is decided, and what follows once the tasks of the decision have run.

Who decides is asked by the runtime; here it is only kept. A failure of the tasks is never hidden
by what was to follow.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from lanner_coordinator.engine.commands import WriteLog
from lanner_coordinator.engine.events import ResumeRequested
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.review import Behavior, Decision, Review
from lanner_coordinator.engine.rules.exit import leave
from lanner_coordinator.engine.rules.outcome import count_state
from lanner_coordinator.engine.rules.repairs import wish
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

_LEAVES = {
    Behavior.SUCCEED: State.SUCCESS,
    Behavior.CANCEL: State.CANCELLED,
    Behavior.KILL: State.KILLED,
}
"""How the execution ends at once."""

_VERBS = {Decision.APPROVED: "approved", Decision.DENIED: "denied"}


def decide_review(step: Step, review: Review, event: ResumeRequested) -> None:
    """Keep what somebody decided; to resume is to approve."""
    review.decision = event.decision or Decision.APPROVED
    review.by, review.decided_at = event.by, step.now
    review.comment, review.inputs = event.comment, event.inputs


def wish_line(run: TaskRun | None, event: ResumeRequested) -> WriteLog:
    """The line of the log that says who resumed or decided what, and why."""
    if run is None or run.container is None or run.container.review is None:
        return WriteLog(level="INFO", text=wish("resumed", event))
    verb = _VERBS[event.decision or Decision.APPROVED]
    why = ": ".join(part for part in (event.comment, event.reason) if part)
    text = wish(f'"{run.task_id}" was {verb}', msgspec.structs.replace(event, reason=why))
    return WriteLog(level="INFO", text=text, task_run_id=run.id)


def follow_verdict(step: Step, run: TaskRun) -> None:
    """Do what follows from a decision, now that its tasks have run."""
    container = step.live.execution.container(run.id)
    verdict, container.verdict = container.verdict, None
    review = container.review
    if verdict is None or review is None:
        return
    sentence = _sentence(review)
    if review.decision is Decision.EXPIRED:
        line = WriteLog(level="WARN", text=sentence, task_run_id=run.id)
        step.commands.append(line)
    if verdict is Behavior.WARN:
        count_state(container, State.WARNING)
    elif verdict is Behavior.FAIL:
        container.restarts_anew = True
        count_state(container, State.FAILED)
        step.complain(run, sentence)
    elif verdict is not Behavior.CONTINUE:
        container.restarts_anew = True
        if not leave(step, run, _LEAVES[verdict]):
            count_state(container, _LEAVES[verdict])


def _sentence(review: Review) -> str:
    if review.decision is Decision.EXPIRED:
        return f"nobody approved or denied it before {_date(review.due)}"
    who = f"{review.decision} by {review.by}".lower() if review.by else "approved by itself"
    return f"it was {who}: {review.comment}" if review.comment else f"it was {who}"


def _date(date: datetime | None) -> str:
    return date.isoformat() if date is not None else "its timeout"
