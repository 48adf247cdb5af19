"""What follows when it is known whether there is a kept result of a task.

An attempt that gets one ends with it at once, wherever its work would have been done; the others
begin their work. During a hold nothing of this happens: it is looked up again afterwards.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import WriteLog
from lanner_coordinator.engine.events import KeptResult, ResultLookedUp
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.engine.first_steps import goes_out
from lanner_coordinator.engine.results import is_looked_for
from lanner_coordinator.engine.rules.attempts import success_after_retry
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step


def looked_up(step: Step, event: ResultLookedUp) -> None:
    """Go on with an attempt; void when it is over, or was told before."""
    execution = step.live.execution
    run = execution.run_of(event.attempt_id)
    attempt = run.attempt if run is not None else None
    if run is None or attempt is None or execution.is_on_hold:
        return
    task = step.live.plan.tasks[run.task_id].task
    if not is_looked_for(task, attempt):
        return
    attempt.result_key = event.key
    if event.result is not None:
        _take(step, run, attempt, event.result)
    elif not (goes_out(task) and step.follow_lost(run)):
        step.begin_work(run, task, attempt)


def _take(step: Step, run: TaskRun, attempt: Attempt, result: KeptResult) -> None:
    kept_at = result.kept_at.isoformat(timespec="seconds")
    text = f"not run again: its result is that of task run {result.task_run_id}, kept {kept_at}"
    step.commands.append(WriteLog(level="INFO", text=text, task_run_id=run.id))
    attempt.started_at = attempt.ended_at = step.now
    attempt.state = result.state
    attempt.result_of = result.task_run_id
    attempt.runner = f"result of {result.task_run_id}"
    run.outputs = result.outputs
    step.set_run_state(run, State.RUNNING)
    step.end(run, success_after_retry(step, run, result.state))
