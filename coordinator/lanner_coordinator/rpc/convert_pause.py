"""Pauses on the wire."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.review import CommentRule, Decision, Review
from lanner_coordinator.engine.state import State
from lanner_coordinator.rpc.convert_flow import input_out
from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_proto.v1 import execution_pb2

_DECISIONS = {
    execution_pb2.REVIEW_DECISION_APPROVED: Decision.APPROVED,
    execution_pb2.REVIEW_DECISION_DENIED: Decision.DENIED,
}

_COMMENT_RULES = {
    CommentRule.NEVER: execution_pb2.COMMENT_RULE_NEVER,
    CommentRule.ALWAYS: execution_pb2.COMMENT_RULE_ALWAYS,
    CommentRule.ON_DENY: execution_pb2.COMMENT_RULE_ON_DENY,
    CommentRule.ON_APPROVE: execution_pb2.COMMENT_RULE_ON_APPROVE,
}


def pauses_out(view: ExecutionView) -> Sequence[execution_pb2.Pause]:
    """What an execution waits for that is paused."""
    execution = view.execution
    if execution.is_on_hold:
        return [execution_pb2.Pause(paused_at=date_out(execution.changes[-1].at))]
    return [_pause(view, execution.task_runs[run_id]) for run_id in execution.paused_runs]


def _pause(view: ExecutionView, run: TaskRun) -> execution_pb2.Pause:
    planned = view.plan.tasks.get(run.task_id) if view.plan else None
    wait = run.container.wait if run.container else None
    paused_at = next(
        (change.at for change in reversed(run.changes) if change.state is State.PAUSED), None
    )
    return execution_pb2.Pause(
        task_run_id=run.id,
        task_id=run.task_id,
        description=planned.task.description if planned else "",
        inputs=[input_out(one) for one in planned.task.inputs] if planned else (),
        paused_at=date_out(paused_at),
        ends_at=date_out(wait.until if wait else None),
        review=_review(run.container.review if run.container else None),
    )


def _review(review: Review | None) -> execution_pb2.Review | None:
    if review is None:
        return None
    return execution_pb2.Review(
        approve_label=review.approve_label,
        deny_label=review.deny_label,
        comment_rule=_COMMENT_RULES[review.comment_rule],
    )


def decision_in(value: execution_pb2.ReviewDecision.ValueType) -> Decision | None:
    """What somebody decides; absent: nothing is said, it is resumed.

    Raises:
        InvalidRequest: There is no such decision.
    """
    if value == execution_pb2.REVIEW_DECISION_UNSPECIFIED:
        return None
    if value not in _DECISIONS:
        raise InvalidRequest(f"`decision` must be APPROVED or DENIED; {value} stands for neither")
    return _DECISIONS[value]
