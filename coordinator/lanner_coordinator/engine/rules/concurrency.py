"""How an execution begins when its flow limits how many may run at once (flow language 1.7).

Who may run is a matter of all executions of the flow: the execution asks (`AskForSlot`) and is
told. A queued one begins when its turn comes, or when a person lets it pass the limit.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import AskForSlot, CancelTimer, WriteLog
from lanner_coordinator.engine.events import Proceeded, SlotAnswered, StartAllowed, Verdict
from lanner_coordinator.engine.rules.reopen import proceed
from lanner_coordinator.engine.rules.repairs import wish
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

SCHEDULE_TIMER = "schedule"
"""Id of the timer that starts an execution which was asked for later."""

_REFUSED = {Verdict.CANCEL: State.CANCELLED, Verdict.FAIL: State.FAILED}


def start(step: Step) -> None:
    """Begin, or ask whether this execution may."""
    if step.live.execution.is_limited:
        step.commands.append(AskForSlot())
    else:
        _begin(step)


def proceeded(step: Step, event: Proceeded) -> None:
    """What was opened again goes on, or asks whether it may."""
    execution = step.live.execution
    if execution.is_asking:
        execution.is_limited = event.is_limited
        start(step)


def answered(step: Step, event: SlotAnswered) -> None:
    """The flow's other executions leave room for this one, or they do not."""
    execution = step.live.execution
    if not execution.is_asking:
        return
    if event.verdict is Verdict.START:
        _begin(step)
    elif event.verdict is Verdict.QUEUE:
        execution.queue_ticket = event.ticket
        step.set_state(State.QUEUED)
    else:
        execution.error = "the flow's concurrency limit is reached"
        step.commands.append(WriteLog(level="ERROR", text=execution.error))
        execution.end_state = _REFUSED[event.verdict]
        step.conclude()


def allowed(step: Step, event: StartAllowed) -> None:
    """Its turn has come, or somebody lets it pass."""
    execution = step.live.execution
    if not execution.is_waiting:
        return
    if event.by:
        step.commands.append(WriteLog(level="INFO", text=wish("forced to run", event)))
    if execution.state is State.CREATED and execution.schedule_at is not None:
        step.commands.append(CancelTimer(timer_id=SCHEDULE_TIMER))
    _begin(step)


def _begin(step: Step) -> None:
    execution = step.live.execution
    execution.is_begun = True
    if execution.is_opened:
        proceed(step)
    else:
        step.start_flow()
