"""What people change of an execution, besides its end and its restart, with a line in its log."""

from __future__ import annotations

from lanner_coordinator.engine.commands import EndExecution, WriteLog
from lanner_coordinator.engine.events import (
    EndStateSet,
    ExecutionReplayed,
    KillRequested,
    LabelsSet,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    StartAllowed,
    TaskRunMarked,
)
from lanner_coordinator.engine.rules.mark import mark, set_end_state
from lanner_coordinator.engine.step import Step

Repair = TaskRunMarked | EndStateSet | LabelsSet
"""Events that this module applies."""

Wanted = (
    Repair
    | KillRequested
    | RestartRequested
    | ExecutionReplayed
    | StartAllowed
    | PauseRequested
    | ResumeRequested
)
"""Events that somebody wanted, and perhaps said why."""


def wish(verb: str, event: Wanted) -> str:
    """Who did what and why: a line for the log."""
    reason = f": {event.reason}" if event.reason else ""
    return f"{verb} by {event.by}{reason}"


def apply(step: Step, event: Repair) -> None:
    """Apply what a person wants."""
    match event:
        case TaskRunMarked():
            _mark(step, event)
        case EndStateSet():
            before = step.live.execution.state
            _write(step, wish(f"state changed from {before} to {event.state}", event))
            set_end_state(step, event.state)
        case LabelsSet():
            _write(step, wish("labels changed", event))
            step.live.execution.labels = dict(event.labels)
            step.commands.append(EndExecution(state=step.live.execution.state))


def _write(step: Step, text: str, run_id: str | None = None) -> None:
    step.commands.append(WriteLog(level="INFO", text=text, task_run_id=run_id))


def _mark(step: Step, event: TaskRunMarked) -> None:
    run = step.live.execution.task_runs[event.task_run_id]
    text = f'task "{run.task_id}" marked {event.state} (it was {run.state})'
    _write(step, wish(text, event), run.id)
    mark(step, run, event.state)
