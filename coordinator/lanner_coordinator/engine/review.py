"""What somebody is asked to decide, and what was decided: of an Approval."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Decision(StrEnum):
    """How an Approval was answered."""

    APPROVED = "APPROVED"
    DENIED = "DENIED"
    EXPIRED = "EXPIRED"
    """Nobody answered in time."""


class Behavior(StrEnum):
    """What follows from a decision once its list of tasks has run."""

    CONTINUE = "CONTINUE"
    """The flow goes on."""
    WARN = "WARN"
    """So it does, with a warning."""
    FAIL = "FAIL"
    """The task fails."""
    SUCCEED = "SUCCEED"
    """The execution ends at once, SUCCESS."""
    CANCEL = "CANCEL"
    """The execution ends at once, CANCELLED."""
    KILL = "KILL"
    """The execution ends at once, KILLED."""


class CommentRule(StrEnum):
    """Which decision needs a comment."""

    NEVER = "NEVER"
    ALWAYS = "ALWAYS"
    ON_DENY = "ON_DENY"
    ON_APPROVE = "ON_APPROVE"


_COMMENTED = {
    CommentRule.NEVER: (),
    CommentRule.ALWAYS: (Decision.APPROVED, Decision.DENIED),
    CommentRule.ON_DENY: (Decision.DENIED,),
    CommentRule.ON_APPROVE: (Decision.APPROVED,),
}


class Review(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """The question of one Approval, and its answer.

    Attributes:
        timeout: How long it waits for a decision; absent: for ever.
        behaviors: What follows from each decision.
        comment_rule: Which decision needs a comment.
        approve_label: What approving is called.
        deny_label: What denying is called.
        due: When it expires; absent: it does not, or it does not wait yet.
        decision: The answer; absent: there is none yet.
        is_auto: It approved itself.
        by: Who decided; empty: nobody.
        decided_at: When.
        comment: Why; may be empty.
        inputs: What was given with the decision, by input id.
    """

    timeout: timedelta | None = None
    behaviors: dict[Decision, Behavior] = {}
    comment_rule: CommentRule = CommentRule.NEVER
    approve_label: str = "Approve"
    deny_label: str = "Deny"
    due: datetime | None = None
    decision: Decision | None = None
    is_auto: bool = False
    by: str = ""
    decided_at: datetime | None = None
    comment: str = ""
    inputs: dict[str, object] = {}

    def wants_comment(self, decision: Decision) -> bool:
        """Whether this decision needs a comment."""
        return decision in _COMMENTED[self.comment_rule]

    def reopen(self) -> None:
        """Forget the decision: somebody is asked again."""
        self.decision = self.due = self.decided_at = None
        self.is_auto, self.by, self.comment, self.inputs = False, "", "", {}

    def outputs(self) -> dict[str, object]:
        """The outputs of the task, as far as they are known."""
        due = {"due": self.due.isoformat()} if self.due else {}
        if self.decision is None:
            return {**due}
        known: dict[str, object] = {"decision": self.decision.value, "auto": self.is_auto, **due}
        if self.by:
            known |= {"by": self.by, "comment": self.comment, "inputs": self.inputs}
        if self.decided_at is not None:
            known["on"] = self.decided_at.isoformat()
        return known
