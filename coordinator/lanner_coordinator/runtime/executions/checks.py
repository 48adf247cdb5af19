"""The checks of a flow, judged before an execution of it begins, whoever starts it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_coordinator.engine.events import ExecutionCreated
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression import ExpressionError, Rendered, is_truthy
from lanner_coordinator.flow.policies import Check, CheckBehavior
from lanner_coordinator.runtime.errors import Blocked
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.masking import mask


def checked(
    event: ExecutionCreated,
    plan: Plan,
    resolver: InputResolver,
    more: Mapping[str, object] | None = None,
) -> ExecutionCreated:
    """The beginning of an execution with what the flow's checks make of it.

    Args:
        event: With all its inputs.
        plan: Of the flow.
        resolver: Renders what belongs to an execution that does not exist yet.
        more: What expressions see besides the inputs, labels and the trigger.

    Raises:
        Blocked: A check does not hold, or cannot be judged, and lets nothing begin.
    """
    if not plan.flow.checks:
        return event
    variables = {
        **resolver.variables(plan, event.execution_id),
        **(more or {}),
        "inputs": event.inputs,
        "labels": event.labels,
        "trigger": event.trigger.variables,
    }
    said: dict[CheckBehavior, list[str]] = {behavior: [] for behavior in CheckBehavior}
    for check in plan.flow.checks:
        message = _complaint(check, event, plan, resolver, variables)
        if message:
            said[check.behavior].append(message)
    if said[CheckBehavior.BLOCK_EXECUTION]:
        reasons = "; ".join(said[CheckBehavior.BLOCK_EXECUTION])
        raise Blocked(f"flow {plan.flow.namespace}/{plan.flow.id} starts nothing: {reasons}")
    return msgspec.structs.replace(
        event,
        failure="; ".join(said[CheckBehavior.FAIL_EXECUTION]),
        notes=said[CheckBehavior.CREATE_EXECUTION],
    )


def _complaint(
    check: Check,
    event: ExecutionCreated,
    plan: Plan,
    resolver: InputResolver,
    variables: Mapping[str, object],
) -> str:
    """What a check says that does not hold; empty: it holds.

    Raises:
        Blocked: It cannot be judged.
    """

    def rendered(value: str) -> Rendered:
        return resolver.rendered(plan, value, variables, event.execution_id)

    try:
        if is_truthy(rendered(check.condition).value):
            return ""
        message = rendered(check.message)
        return (
            mask(str(message.value), message.secrets).strip()
            or f"`{check.condition}` does not hold"
        )
    except ExpressionError as error:
        raise Blocked(
            f"flow {plan.flow.namespace}/{plan.flow.id} starts nothing: a check cannot be "
            f"judged: {error}"
        ) from error
