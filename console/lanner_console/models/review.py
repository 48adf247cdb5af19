"""What somebody is asked to decide: of an Approval."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Decision(StrEnum):
    """What somebody decides of an Approval."""

    APPROVED = "APPROVED"
    DENIED = "DENIED"


class CommentRule(StrEnum):
    """Which decision of an Approval needs a comment."""

    NEVER = "NEVER"
    ALWAYS = "ALWAYS"
    ON_DENY = "ON_DENY"
    ON_APPROVE = "ON_APPROVE"


_RULES = {Decision.APPROVED: CommentRule.ON_APPROVE, Decision.DENIED: CommentRule.ON_DENY}


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """The question of an Approval.

    Attributes:
        labels: What the decisions are called.
        comment_rule: Which of them needs a comment.
    """

    labels: dict[Decision, str]
    comment_rule: CommentRule = CommentRule.NEVER

    def wants_comment(self, decision: Decision) -> bool:
        """Whether this decision needs a comment."""
        return self.comment_rule is CommentRule.ALWAYS or self.comment_rule is _RULES[decision]
