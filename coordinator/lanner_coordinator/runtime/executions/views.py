"""An execution as it is shown: its state with what only the runtime knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lanner_coordinator.engine.execution import Execution, LiveExecution
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.secrets.sealing import masked_values

Shown = Callable[[Mapping[str, object]], Mapping[str, object]]
"""What people see of values in which there may be secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionView:
    """An execution at one moment. That of a live one is void at the next await.

    Attributes:
        execution: To be read only.
        plan: Plan of its revision; absent: the revision cannot be read any more.
        pending: Why task runs wait for an agent, by task run id.
        shown: Values as people see them: a secret in them is masked, or not, as is configured.
    """

    execution: Execution
    plan: Plan | None
    pending: Mapping[str, str] = field(default_factory=dict)
    shown: Shown = masked_values

    def type_of(self, task_id: str) -> str:
        """Canonical type of a task; empty: unknown."""
        task = self.plan.tasks.get(task_id) if self.plan else None
        return task.task.type if task else ""


def live_view(
    live: LiveExecution, dispatcher: Dispatcher, run_ids: Iterable[str] | None = None
) -> ExecutionView:
    """View of a live execution.

    Args:
        live: The execution.
        dispatcher: Knows why attempts wait.
        run_ids: Task runs that will be looked at; absent: all.
    """
    execution = live.execution
    wanted = execution.open_runs if run_ids is None else run_ids
    # Attempts of one task ask for the same, so that the reason is looked for once for each task.
    reasons: dict[str, str] = {}
    pending: dict[str, str] = {}
    for run_id in wanted:
        run = execution.task_runs.get(run_id)
        attempt = run.attempt if run else None
        if run is None or attempt is None or attempt.state is not State.CREATED:
            continue
        if run.task_id not in reasons:
            reasons[run.task_id] = dispatcher.pending_reason(attempt.id)
        if reasons[run.task_id]:
            pending[run_id] = reasons[run.task_id]
    return ExecutionView(execution=execution, plan=live.plan, pending=pending)
