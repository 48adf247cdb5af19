"""How an execution is paused by a person or service, and how it is resumed.

An execution on hold lets what runs go on to its end and begins nothing new. It is resumed as one
that waits in a Pause is: by the same wish.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import Withdraw
from lanner_coordinator.engine.events import ResumeRequested
from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.rules.review import decide_review
from lanner_coordinator.engine.rules.waits import end_wait
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.engine.wait import WaitAnswer


def hold(step: Step) -> None:
    """Let nothing new begin; void unless the execution runs."""
    execution = step.live.execution
    if execution.state is not State.RUNNING:
        return
    execution.is_on_hold = True
    step.set_state(State.PAUSED)
    for run_id in execution.open_runs:
        attempt = execution.task_runs[run_id].attempt
        if attempt is not None and attempt.state is State.CREATED:
            step.commands.append(Withdraw(attempt_id=attempt.id))


def resume(step: Step, event: ResumeRequested) -> bool:
    """Go on with one task run that is PAUSED or with the execution that is on hold.

    Returns whether the hold ends.
    """
    execution = step.live.execution
    if execution.is_on_hold and not event.task_run_id:
        step.set_state(State.RESTARTED)
        step.set_state(State.RUNNING)
        return True
    run = paused_run(execution, event.task_run_id)
    if run is not None:
        _resume_run(step, run, event)
    return False


def paused_run(execution: Execution, run_id: str = "") -> TaskRun | None:
    """The task run of this id, or with an empty id the first one, that is PAUSED."""
    wanted = run_id or next(iter(execution.paused_runs), "")
    return execution.task_runs[wanted] if wanted in execution.paused_runs else None


def _resume_run(step: Step, run: TaskRun, event: ResumeRequested) -> None:
    execution = step.live.execution
    container = execution.container(run.id)
    if container.review is not None:
        decide_review(step, container.review, event)
    else:
        _note_resumption(step, run, event)
    if container.wait is not None:
        container.wait.answer = WaitAnswer.RESUME
    if execution.state is State.PAUSED and len(execution.paused_runs) == 1:
        step.set_state(State.RESTARTED)
        step.set_state(State.RUNNING)
    end_wait(step, run, {})


def _note_resumption(step: Step, run: TaskRun, event: ResumeRequested) -> None:
    run.outputs = {
        "resumed": {
            "by": event.by, "on": step.now.isoformat(), "to": WaitAnswer.RESUME.value
        },
    }  # fmt: skip
    if step.live.plan.tasks[run.task_id].task.inputs:
        run.outputs["onResume"] = event.inputs
    step.live.remember(run)
