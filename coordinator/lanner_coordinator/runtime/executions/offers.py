"""What can be done to an execution or a task run as it is now, each act with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.rules.eligibility import Act, RunAct, refusal, run_refusal
from lanner_coordinator.runtime.executions.run_references import (
    find_run,
    folder_owner,
    outermost_list,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An act and whether it is allowed.

    Attributes:
        act: Which.
        reason: Why it is not allowed; empty: it is.
    """

    act: Act | RunAct
    reason: str


def offers(execution: Execution) -> Sequence[Offer]:
    """All acts on an execution."""
    goes_on = bool(execution.open_runs)
    return [Offer(act=act, reason=refusal(act, execution.state, goes_on=goes_on)) for act in Act]


def run_offers(execution: Execution, reference: str) -> Sequence[Offer]:
    """All acts on a task run.

    Raises:
        NotFound: There is no such task run.
    """
    run = find_run(execution, reference)
    phase = outermost_list(execution, run)
    goes_on = bool(execution.open_runs)
    return [
        Offer(
            act=act,
            reason=run_refusal(
                act,
                execution.state,
                run.state,
                phase,
                goes_on=goes_on,
                shares_folder=folder_owner(execution, run) is not None,
            ),
        )
        for act in RunAct
    ]
