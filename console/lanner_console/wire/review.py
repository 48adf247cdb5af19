"""What somebody is asked to decide."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_console.models import CommentRule, Decision, ReviewRow
from lanner_proto.v1 import execution_pb2

NUMBER_OF_DECISION: Mapping[Decision | None, execution_pb2.ReviewDecision.ValueType] = {
    None: execution_pb2.REVIEW_DECISION_UNSPECIFIED,
    Decision.APPROVED: execution_pb2.REVIEW_DECISION_APPROVED,
    Decision.DENIED: execution_pb2.REVIEW_DECISION_DENIED,
}

_COMMENT_RULES = {
    execution_pb2.COMMENT_RULE_ALWAYS: CommentRule.ALWAYS,
    execution_pb2.COMMENT_RULE_ON_DENY: CommentRule.ON_DENY,
    execution_pb2.COMMENT_RULE_ON_APPROVE: CommentRule.ON_APPROVE,
}


def review(message: execution_pb2.Review) -> ReviewRow:
    """The question of an Approval."""
    return ReviewRow(
        labels={
            Decision.APPROVED: message.approve_label,
            Decision.DENIED: message.deny_label,
        },
        comment_rule=_COMMENT_RULES.get(message.comment_rule, CommentRule.NEVER),
    )
