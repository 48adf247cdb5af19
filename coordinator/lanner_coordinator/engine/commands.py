"""What is to be done about an execution.

The engine's wishes, carried out by the runtime after the commit.

Evaluations and native tasks are carried out at once, before the commit: their results are events of
the same commit. All commands are
idempotent by their ids: after a crash the rebuilt execution gives those again that are still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.engine.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForSlot:
    """Ask whether the flow's concurrency limit lets the execution begin.

    Answered by SlotAnswered and, when it is queued, later by StartAllowed.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate:
    """Evaluate `runIf` and what steers the task run.

    Answered by TaskRunEvaluated or EvaluationFailed.
    """

    task_run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNative:
    """Render and run a native task; answered by AttemptFinished."""

    task_run_id: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpResult:
    """Look for a kept result of the task, before its work begins; answered by ResultLookedUp."""

    task_run_id: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepResult:
    """Keep the result of an attempt that ended well, with the commit of its end."""

    task_run_id: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Find an agent for the attempt; answered by AttemptSubmitted."""

    task_run_id: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Take the attempt, which no agent has, out of the queue; a Dispatch puts it back."""

    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Take the attempt out of the queue or stop it on its agent.

    Answered by AttemptFinished (KILLED).
    """

    task_run_id: str
    attempt_id: str
    grace_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFolder:
    """Have an agent remove a folder that attempts shared; it is in nobody's use any more."""

    agent_id: str
    folder_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSubflow:
    """Start the child of this index of an attempt; answered by SubflowStarted."""

    task_run_id: str
    attempt_id: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitSubflow:
    """Answer with SubflowEnded if the child has ended meanwhile."""

    task_run_id: str
    execution_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSubflow:
    """Kill a child, with its `finally` lists when forced; harmless when it has ended."""

    execution_id: str
    grace_seconds: float
    is_forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """Answer with TimerFired at this date."""

    timer_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    """Forget the timer."""

    timer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAssertions:
    """Look at the flow's assertions; answered by SlaBroken for each that does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseListeners:
    """Look at the conditions of the flow's listeners; answered by ListenersChosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOutputs:
    """Evaluate the flow's outputs; answered by OutputsEvaluated or OutputsFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceed:
    """Let an execution that was opened again go on; answered by Proceeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLog:
    """Add a line to the execution's log.

    Attributes:
        level: TRACE, DEBUG, INFO, WARN or ERROR.
        text: A sentence.
        task_run_id: Whose line it is; absent: the execution's.
    """

    level: str
    text: str
    task_run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatExecution:
    """Create an execution in the place of this one, which has failed; always with EndExecution.

    Attributes:
        at: When it begins.
        attempt_number: Its number.
        first_created_at: When the first execution of the chain was created.
    """

    at: datetime
    attempt_number: int
    first_created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExecution:
    """The execution has ended in this state: archive it and tell those who wait for it."""

    state: State


Command = (
    AskForSlot
    | Evaluate
    | RunNative
    | LookUpResult
    | KeepResult
    | Dispatch
    | Withdraw
    | Cancel
    | RemoveFolder
    | StartSubflow
    | AwaitSubflow
    | KillSubflow
    | StartTimer
    | CancelTimer
    | CheckAssertions
    | ChooseListeners
    | EvaluateOutputs
    | Proceed
    | WriteLog
    | RepeatExecution
    | EndExecution
)
"""Everything that the engine can wish for."""
