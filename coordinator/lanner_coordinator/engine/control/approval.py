"""A stop until somebody approves or denies what comes next: Approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from lanner_coordinator.engine.control.contract import AfterWait, Child, ControlError, EndedWait
from lanner_coordinator.engine.control.durations import read_duration
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.review import Behavior, CommentRule, Decision, Review
from lanner_coordinator.engine.wait import Wait, WaitKind
from lanner_coordinator.flow.expression import is_truthy

_ON_WAIT = "onWait"

_BRANCHES = {Decision.APPROVED: "onApprove", Decision.DENIED: "onDeny", Decision.EXPIRED: ""}
"""List of tasks that runs after each decision; empty: none."""

_BEHAVIORS = {
    Decision.APPROVED: ("approveBehavior", Behavior.CONTINUE),
    Decision.DENIED: ("denyBehavior", Behavior.CANCEL),
    Decision.EXPIRED: ("expireBehavior", Behavior.CANCEL),
}
"""Property that says what follows from each decision, and what it says by default."""

_Option = TypeVar("_Option", bound=StrEnum)


class Approval(Sequential):
    """Runs `onWait`, waits for a decision, runs the list of that and then does as it says.

    One that approves itself neither runs `onWait` nor waits. When its `timeout` is over, the
    decision is EXPIRED, which has no list.
    """

    properties: Mapping[str, str] = {
        "autoApprove": "typed", "decisions": "typed", "commentRequired": "text", "timeout": "text",
        **{name: "text" for name, _ in _BEHAVIORS.values()},
    }  # fmt: skip
    checked_properties: Mapping[str, str] = {}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first of `onWait`, or of `onApprove` when it approves itself."""
        review = container.review = _read(values)
        container.branch = _ON_WAIT
        if is_truthy(values.get("autoApprove")):
            review.decision, review.is_auto = Decision.APPROVED, True
            container.branch = _BRANCHES[Decision.APPROVED]
        return self.advance(plan, container, None)

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next task of the list; after the last one it waits, or what was decided follows."""
        children = super().advance(plan, container, ended)
        review = container.review
        if children or review is None:
            return children
        if review.decision is None:
            container.wait = Wait(kind=WaitKind.PAUSE, duration=review.timeout)
        else:
            container.verdict = review.behaviors[review.decision]
        return ()

    def outputs(self, container: Container, values: Mapping[str, object]) -> dict[str, object]:
        """What was decided, by whom, when and why."""
        return container.review.outputs() if container.review is not None else {}

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """The first task of the list of the decision."""
        review = container.review
        if review is None:
            return AfterWait()
        if review.decision is None:
            review.decision, review.decided_at = Decision.EXPIRED, past.wait.until
        container.branch, container.next_index = _BRANCHES[review.decision], 0
        return AfterWait(children=self.advance(plan, container, None))

    def rewind(self, plan: Plan, container: Container, children: Sequence[TaskRun]) -> None:
        """Ask again where a task that ran before the question runs again."""
        before = {task.id for task in plan.branch(container.task_id, _ON_WAIT)}
        runs_again = any(run.task_id in before and not run.state.is_terminal for run in children)
        if runs_again and container.review is not None:
            container.review.reopen()
            container.branch = _ON_WAIT


def _read(values: Mapping[str, object]) -> Review:
    decisions = values.get("decisions")
    labels = decisions if isinstance(decisions, Mapping) else {}
    return Review(
        timeout=read_duration(values, "timeout"),
        behaviors={
            decision: _option(values, name, default)
            for decision, (name, default) in _BEHAVIORS.items()
        },
        comment_rule=_option(values, "commentRequired", CommentRule.NEVER),
        approve_label=str(labels.get("approve") or "Approve"),
        deny_label=str(labels.get("deny") or "Deny"),
    )


def _option(values: Mapping[str, object], name: str, default: _Option) -> _Option:
    written = str(values.get(name) or default).strip().upper()
    try:
        return type(default)(written)
    except ValueError as error:
        options = ", ".join(type(default))
        raise ControlError(f"`{name}` must be one of {options}, but is `{written}`") from error
