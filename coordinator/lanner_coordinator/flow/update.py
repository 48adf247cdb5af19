"""What a new revision of a flow may not change."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import Flow


def check_update(stored: Flow, update: Flow) -> Sequence[Problem]:
    """Report a change of the id or namespace, by which executions and triggers know the flow."""
    changed = []
    for key, old, new in (
        ("id", stored.id, update.id),
        ("namespace", stored.namespace, update.namespace),
    ):
        if old != new:
            message = f"The {key} of a flow cannot be changed: it is `{old}`, not `{new}`"
            hint = f"Apply it as a flow of its own, and delete `{stored.namespace}.{stored.id}`."
            changed.append(
                Problem(
                    severity=Severity.ERROR,
                    code=Code.FIXED_KEY.value,
                    message=message,
                    hint=hint,
                    path=key,
                )
            )
    return changed
