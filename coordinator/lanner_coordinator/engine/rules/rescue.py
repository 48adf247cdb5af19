"""The `errors` of a flowable before its retry.

A flowable that has `retry` and `errors` runs its `errors` before a task below it is tried again, so
that they can put right what went wrong. Their task runs are removed when they have ended: what
counts of `errors` is what runs after the last attempt.
"""

from __future__ import annotations

from lanner_coordinator.engine import stops
from lanner_coordinator.engine.control.contract import Child
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.ids import task_run_id
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.model import Task


def try_rescue(step: Step, failed: TaskRun) -> bool:
    """Run the `errors` of the flowable whose retry applies, if it has any; whether it has."""
    container = _rescuer(step, failed)
    if container is None or _is_closed(step, container):
        return False
    failed.rescue_start = step.live.execution.last_run_number + 1
    step.set_run_state(failed, State.RETRYING)
    step.follow(failed)
    return True


def follow_rescue(step: Step, run: TaskRun) -> None:
    """The turn of a failed task run to be rescued has come, or one that rescues it has ended."""
    failed = step.live.execution.task_runs[run.rescue_of] if run.rescue_of else run
    container = _rescuer(step, failed)
    if container is None:
        return
    if run is not failed:
        _go_on(step, container, failed, run)
    elif _is_stopped(step, container, failed):
        _end_rescue(step, container, failed)
    else:
        _start_next(step, container, failed, 0)


def _go_on(step: Step, container: Container, failed: TaskRun, ended: TaskRun) -> None:
    tasks = _errors(step, container)
    position = next(index for index, task in enumerate(tasks) if task.id == ended.task_id) + 1
    goes_on = not (ended.state.is_failure or _is_stopped(step, container, failed))
    if goes_on and position < len(tasks):
        _start_next(step, container, failed, position)
    else:
        _end_rescue(step, container, failed)


def _is_stopped(step: Step, container: Container, failed: TaskRun) -> bool:
    """Whether nothing more may be put right: in a `finally`, what failed may yet be retried."""
    return _is_closed(step, container) or step.is_stopped(failed)


def _is_closed(step: Step, container: Container) -> bool:
    """Whether a flowable may put nothing right any more: it is stopped, or its time is over."""
    return container.is_expired or stops.is_container_stopped(step.live.execution, container)


def _start_next(step: Step, container: Container, failed: TaskRun, position: int) -> None:
    child = Child(task=_errors(step, container)[position])
    step.start_run(container, child, phase=Phase.ERRORS, rescue_of=failed.id)


def _end_rescue(step: Step, container: Container, failed: TaskRun) -> None:
    _remove_runs(step, container, failed)
    failed.rescue_start = 0
    if step.is_stopped(failed):
        step.end(failed, State.KILLED)
    else:
        step.retry_at(failed, max(step.now, failed.retry_at or step.now))


def _remove_runs(step: Step, container: Container, failed: TaskRun) -> None:
    execution = step.live.execution
    removed: set[str] = set()
    for number in range(failed.rescue_start, execution.last_run_number + 1):
        run = execution.task_runs.get(task_run_id(execution.id, number))
        if run is not None and (run.rescue_of == failed.id or run.parent_id in removed):
            removed.add(run.id)
            step.live.forget(execution.task_runs.pop(run.id))


def _rescuer(step: Step, failed: TaskRun) -> Container | None:
    """Container of the flowable whose retry applies to a task that failed among its `tasks`."""
    owner = step.live.plan.tasks[failed.task_id].retry_owner
    if not owner or owner == failed.task_id:
        return None
    below = failed
    for run in step.live.execution.ancestors(failed):
        if run.task_id == owner:
            is_task = below.phase is Phase.TASKS
            container = step.live.execution.container(run.id)
            return container if is_task and _errors(step, container) else None
        below = run
    return None


def _errors(step: Step, container: Container) -> tuple[Task, ...]:
    return tuple(step.live.plan.branch(container.task_id, Phase.ERRORS.value))
