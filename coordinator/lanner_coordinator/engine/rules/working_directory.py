"""What happens to the folder that the children of a WorkingDirectory share.

It is filled before the first child and collected after the last one by attempts of the
WorkingDirectory's own, which people do not see. When its agent is lost, so are the files: then all
children begin anew, in another folder on any agent.
"""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine import folders
from lanner_coordinator.engine.commands import Cancel, CancelTimer, WriteLog
from lanner_coordinator.engine.deadline import drop_deadline
from lanner_coordinator.engine.events import (
    AttemptFinished,
    AttemptLost,
    AttemptReturned,
    AttemptStarted,
    AttemptSubmitted,
    FolderLost,
)
from lanner_coordinator.engine.execution import Attempt, Container, TaskRun
from lanner_coordinator.engine.folder import Folder, FolderWork
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.outcome import count_child
from lanner_coordinator.engine.rules.sleep import wake_timer
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step, retry_timer
from lanner_coordinator.engine.stops import may_start
from lanner_coordinator.flow.model import AgentLostPolicy

LOST_FOLDER_LIMIT = 10
"""How often the tasks of a WorkingDirectory begin anew because its agent was lost."""

_NO_GRACE_SECONDS = 0.0

_OfWork = AttemptSubmitted | AttemptReturned | AttemptStarted | AttemptFinished | AttemptLost


def is_worked_on(run: TaskRun) -> bool:
    """Whether the folder of a task run is being filled or collected."""
    return run.folder is not None and run.folder.is_worked_on


def apply_to_work(step: Step, run: TaskRun, event: _OfWork) -> None:
    """What is reported on the filling or collecting of a folder."""
    folder = run.folder
    work = folder.work if folder is not None else None
    if folder is None or work is None:
        return
    match event:
        case AttemptSubmitted():
            work.state, work.agent_id, work.submitted_at = State.SUBMITTED, event.agent_id, step.now
            folder.agent_id = event.agent_id
        case AttemptReturned():
            _returned(step, run, folder, event)
        case AttemptStarted():
            work.state, work.started_at = State.RUNNING, event.began_at or step.now
            folder.is_made = True
        case AttemptFinished():
            folder.is_made = True
            _close(step, work, event.state, event.error)
            if event.state in (State.SUCCESS, State.WARNING):
                _take_outputs(step, run, event)
            step.follow(run)
        case AttemptLost():
            _close(step, work, State.FAILED, event.reason)
            folder.lose()
            step.follow(run)


def folder_lost(step: Step, event: FolderLost) -> None:
    """The agent of a folder says that it has it no longer, or is out of reach for good.

    An attempt that works in it is lost by its own report.
    """
    run = step.live.execution.task_runs.get(event.task_run_id)
    folder = run.folder if run is not None else None
    if run is None or folder is None or run.state.is_terminal or not folder.is_made:
        return
    if (folder.number, folder.agent_id) != (event.number, event.agent_id):
        return
    folder.lose()
    for one in (run, *_open_children(step, run)):
        attempt = one.attempt
        if attempt is not None and attempt.state is State.CREATED:
            step.follow(run)


def follow_folder(step: Step, run: TaskRun) -> None:
    """The work on the folder of a task run has ended, or the folder is lost."""
    folder, container = run.folder, run.container
    if folder is None or container is None:
        return
    if folder.is_lost:
        _begin_anew(step, run, folder, container)
    elif folder.work is not None and folder.work.state.is_terminal:
        _go_on(step, run, folder, container)


def stop_work(step: Step, run: TaskRun, grace_seconds: float) -> None:
    """End the work on a folder because the execution is being stopped."""
    cut_work(step, run, grace_seconds)
    if run.container is not None:
        step.settle(run.container)


def cut_work(step: Step, run: TaskRun, grace_seconds: float) -> None:
    """End the work on a folder; what follows from it is the caller's."""
    work = run.folder.work if run.folder is not None else None
    container = run.container
    if work is None or container is None or work.state.is_terminal:
        return
    step.commands.append(
        Cancel(task_run_id=run.id, attempt_id=work.id, grace_seconds=grace_seconds)
    )
    _close(step, work, State.KILLED, "")
    container.running_count -= 1
    count_child(container, State.KILLED)


def _returned(step: Step, run: TaskRun, folder: Folder, event: AttemptReturned) -> None:
    work = folder.work
    if work is None or (event.agent_id and event.agent_id != work.agent_id):
        return
    work.state, work.agent_id, work.submitted_at = State.CREATED, "", None
    folders.unpin(step.live, run, step.commands)
    if not step.follow_lost(run):
        folders.dispatch_work(step.live, run, step.commands)


def _close(step: Step, work: Attempt, state: State, error: str) -> None:
    work.state, work.ended_at, work.error = state, step.now, error


def _take_outputs(step: Step, run: TaskRun, event: AttemptFinished) -> None:
    if event.outputs:
        run.outputs = {**run.outputs, **event.outputs}
        step.live.remember(run)


def _go_on(step: Step, run: TaskRun, folder: Folder, container: Container) -> None:
    work = folder.work
    if work is None:
        return
    container.running_count -= 1
    if work.state is State.KILLED:
        folder.work, folder.purpose = None, FolderWork.COLLECT
        count_child(container, State.KILLED)
    elif work.state is State.FAILED:
        _fail(step, run, container, work.error)
    elif folder.purpose is FolderWork.FILL:
        # Others than it come next; what was done stays the folder's.
        folder.work = None
        if may_start(step.live.execution, container):
            control = step.control(container)
            step.start_children(container, control.advance(step.live.plan, container, None))
    else:
        folder.work = None
    step.settle(container)


def _fail(step: Step, run: TaskRun, container: Container, error: str) -> None:
    count_child(container, State.FAILED)
    if run.folder is not None:
        run.folder.work = None
        run.folder.purpose = FolderWork.COLLECT
    step.complain(run, error)


def _begin_anew(step: Step, run: TaskRun, folder: Folder, container: Container) -> None:
    execution = step.live.execution
    was_worked_on = folder.work is not None
    if not may_start(execution, container):
        if was_worked_on:
            # A child has failed, or all is being stopped: only what was to be kept is lost.
            folder.work = None
            container.running_count -= 1
            step.settle(container)
        return
    task = step.live.plan.tasks[run.task_id].task
    fails = was_worked_on and task.on_agent_lost is AgentLostPolicy.FAIL
    if fails or folder.lost_count >= LOST_FOLDER_LIMIT:
        _give_up(step, run, container, was_worked_on=was_worked_on)
        return
    text = "the folder is lost with its agent; its tasks begin anew in another one"
    step.commands.append(WriteLog(level="WARN", text=text, task_run_id=run.id))
    if folder.is_worked_on and folder.work is not None:
        step.commands.append(_cancel(run, folder.work))
    _remove_children(step, run)
    folders.let_go(run, step.commands)
    run.container = None
    step.begin(run, task, {})


def _give_up(step: Step, run: TaskRun, container: Container, *, was_worked_on: bool) -> None:
    error = "the folder was lost with its agent"
    if was_worked_on:
        container.running_count -= 1
        _fail(step, run, container, error)
        step.settle(container)
    for child in _open_children(step, run):
        attempt = child.attempt
        if attempt is not None and not attempt.state.is_terminal:
            step.commands.append(_cancel(child, attempt))
            _close(step, attempt, State.FAILED, error)
        step.fail(child, error)


def _remove_children(step: Step, run: TaskRun) -> None:
    execution = step.live.execution
    for child in _open_children(step, run):
        attempt = child.attempt
        if child.retry_at is not None:
            step.commands.append(CancelTimer(timer_id=retry_timer(child)))
        elif attempt is not None and attempt.wakes_at is not None:
            step.commands.append(CancelTimer(timer_id=wake_timer(attempt)))
        elif attempt is not None and not attempt.state.is_terminal:
            step.commands.append(_cancel(child, attempt))
        step.commands.extend(drop_deadline(child))
        execution.open_runs.pop(child.id)
    for child in [other for other in execution.task_runs.values() if other.parent_id == run.id]:
        step.live.forget(execution.task_runs.pop(child.id))


def _open_children(step: Step, run: TaskRun) -> Sequence[TaskRun]:
    execution = step.live.execution
    opened = [execution.task_runs[run_id] for run_id in execution.open_runs]
    return [one for one in opened if one.parent_id == run.id and one.phase is Phase.TASKS]


def _cancel(run: TaskRun, attempt: Attempt) -> Cancel:
    return Cancel(task_run_id=run.id, attempt_id=attempt.id, grace_seconds=_NO_GRACE_SECONDS)
