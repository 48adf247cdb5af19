"""Acts on the wire: alone and in batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.rules.eligibility import Act, RunAct
from lanner_coordinator.engine.state import State
from lanner_coordinator.rpc.convert_execution import execution_out
from lanner_coordinator.rpc.convert_values import STATES, values_in
from lanner_coordinator.rpc.limits import given_labels, short_text
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.offers import Offer
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_coordinator.runtime.executions.wishes import Details
from lanner_proto.v1 import batch_pb2, execution_pb2, state_pb2

ACTS: Mapping[batch_pb2.BatchAct.ValueType, Act] = {
    batch_pb2.BatchAct.Value(f"BATCH_ACT_{act.name}"): act for act in Act
}
"""Acts by their numbers."""

NUMBERS_OF_ACTS = {act.value: number for number, act in ACTS.items()}
"""Numbers by the names of acts."""

_STATES_IN = {number: state for state, number in STATES.items()}


def act_in(act: batch_pb2.BatchAct.ValueType) -> Act:
    """The act that a client wants.

    Raises:
        InvalidRequest: It names none.
    """
    if act not in ACTS:
        names = ", ".join(act.value for act in Act)
        raise InvalidRequest(f"`act` is missing: one of {names}")
    return ACTS[act]


def state_in(state: state_pb2.State.ValueType) -> State:
    """The state that a client gives.

    Raises:
        InvalidRequest: It gives none.
    """
    if state not in _STATES_IN:
        raise InvalidRequest("`state` is missing")
    return _STATES_IN[state]


def details_in(details: batch_pb2.ActDetails) -> Details:
    """What else a client says about an act."""
    return Details(
        state=_STATES_IN[details.state].value if details.state in _STATES_IN else "",
        labels=given_labels(details.labels),
        removed_labels=list(details.removed_labels),
        replaces_labels=details.replaces_labels,
        revision=details.revision,
        task_run=short_text("task_run", details.task_run),
        inputs=values_in(details.inputs),
    )


def offer_out(offer: Offer) -> execution_pb2.ListExecutionActsResponse.Offer:
    """An act with its answer."""
    is_mark = offer.act is RunAct.MARK
    return execution_pb2.ListExecutionActsResponse.Offer(
        act=NUMBERS_OF_ACTS.get(offer.act.value, batch_pb2.BATCH_ACT_UNSPECIFIED),
        is_mark=is_mark,
        reason=offer.reason,
    )


class Shown:
    """Keeps what is shown of an execution before it goes on.

    Attributes:
        execution: Absent: nothing was shown.
    """

    def __init__(self) -> None:
        self.execution: execution_pb2.Execution | None = None

    def look(self, *, is_wanted: bool) -> Callable[[LiveExecution], None] | None:
        """What the act shows the execution to; absent: nobody wants to see it."""
        return self._keep if is_wanted else None

    def _keep(self, live: LiveExecution) -> None:
        self.execution = execution_out(ExecutionView(execution=live.execution, plan=live.plan))
