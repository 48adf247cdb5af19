"""`core.flow.Approval`: what it is told and what it gives."""

from __future__ import annotations

from lanner_coordinator.flow.types.schemas import (
    Schema,
    any_map,
    boolean,
    one_of,
    record,
    text,
)

_BEHAVIORS = ("CONTINUE", "WARN", "FAIL", "SUCCEED", "CANCEL", "KILL")


def _behavior(when: str, default: str) -> Schema:
    return one_of(
        f"What happens {when}: the flow goes on, goes on with a warning, this task fails, or the "
        "execution ends at once as SUCCESS, CANCELLED or KILLED.",
        _BEHAVIORS,
        default=default,
    )


PROPERTIES = record(
    inputs={
        "type": "array",
        "items": {"type": "object"},
        "description": "Inputs, written as those of a flow, that the reviewer is asked for; later "
        "tasks find them in `outputs.<id>.inputs`.",
    },
    decisions={
        **record(
            approve=text("What approving is called; `Approve` where nothing is said."),
            deny=text("What denying is called; `Deny` where nothing is said."),
        ),
        "description": "Names of the two decisions, for the console.",
    },
    commentRequired=one_of(
        "Which decision needs a comment.",
        ("NEVER", "ALWAYS", "ON_DENY", "ON_APPROVE"),
        default="NEVER",
    ),
    autoApprove=boolean("Approve at once: `onWait` does not run and nobody is asked."),
    approveBehavior=_behavior("after `onApprove`", "CONTINUE"),
    denyBehavior=_behavior("after `onDeny`", "CANCEL"),
    expireBehavior=_behavior("when its `timeout` is over without a decision", "CANCEL"),
)

OUTPUTS = record(
    decision=text("APPROVED, DENIED or EXPIRED."),
    auto={"type": "boolean", "description": "Whether it approved itself."},
    by=text("Who decided."),
    on=text("When."),
    comment=text("Why; may be empty."),
    inputs=any_map("What was given with the decision, by input id."),
    due=text("When it expires without a decision; absent: it has no `timeout`."),
)

EXAMPLE = (
    "commentRequired: ON_DENY\ntimeout: P1D\n"
    "inputs:\n  - {id: ticket, type: STRING, required: false}\n"
    "onDeny:\n"
    "  - {id: denied, type: io.kestra.plugin.core.log.Log, "
    'message: "{{ outputs.example.comment }}"}\n'
)
