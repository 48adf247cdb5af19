"""How an execution is repeated as a new one (flow language 5.3).

From a task run: what ran before it is copied with new ids, it runs anew, and what came after it is
left out. Without one: as a restart, when the flow has another revision now. What the revision no
longer has in the same place is left out, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lanner_coordinator.engine.control.rewind import come_after
from lanner_coordinator.engine.events import ExecutionReplayed
from lanner_coordinator.engine.execution import (
    Execution,
    LiveExecution,
    TaskRun,
    restore,
)
from lanner_coordinator.engine.ids import attempt_id, task_run_id
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.plan import Plan, completed
from lanner_coordinator.engine.rules.follow import follow
from lanner_coordinator.engine.rules.outcome import count_child
from lanner_coordinator.engine.rules.reopen import (
    children_of,
    open_again,
    open_run,
    rewind_opened,
    without_later_lists,
)
from lanner_coordinator.engine.rules.restart import has_failed, open_failures
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.model import TaskKind

REPLAY_LABEL = "system.replay"
"""Label of an execution that repeats another one."""

_PHASES = {phase: place for place, phase in enumerate(Phase)}


def missing_in(plan: Plan, execution: Execution, run_id: str) -> str:
    """Id of the task, of a task run or above it, that the plan does not have in the same place.

    Empty: there is none.
    """
    run = execution.task_runs[run_id]
    for one in (run, *execution.ancestors(run)):
        if not _is_in(plan, execution, one):
            return one.task_id
    return ""


def replay(event: ExecutionReplayed, now: datetime, plan: Plan) -> Step:
    """The new execution, opened. Costs as much as the repeated one has task runs, once."""
    execution = restore(event.snapshot)
    _begin_anew(execution, event, now)
    plan = completed(plan, execution.templates)
    _drop(execution, _not_in(plan, execution))
    path: list[TaskRun] = []
    if event.from_run_id:
        chosen = execution.task_runs[event.from_run_id]
        path = [chosen, *execution.ancestors(chosen)]
        _drop(execution, _after(plan, execution, path))
    else:
        _drop(execution, _later_lists(execution))
    _rename(execution)
    step = Step(LiveExecution(execution, plan), now, follow)
    open_again(step)
    if path:
        _open_path(step, path)
    else:
        open_failures(step)
    rewind_opened(step)
    return step


def _begin_anew(execution: Execution, event: ExecutionReplayed, now: datetime) -> None:
    execution.original_id = execution.original_id or execution.id
    execution.parent_id = execution.id
    execution.repeats = [*execution.repeats, execution.id]
    execution.id = event.execution_id
    execution.flow_revision = event.flow_revision
    execution.inputs = event.inputs
    execution.templates = event.templates
    execution.labels = dict(event.labels)
    execution.trigger = event.trigger
    execution.schedule_at = None
    execution.parent_run_id = ""
    execution.replayed_at = now
    execution.attempt_number = 1
    execution.first_created_at = None


# What is left out


def _drop(execution: Execution, run_ids: set[str]) -> None:
    """Leave out task runs with all below them."""
    gone: set[str] = set()
    for run in execution.task_runs.values():
        if run.parent_id in gone:
            gone.add(run.id)
        elif run.id in run_ids:
            gone.add(run.id)
            if run.phase is Phase.TASKS:
                count_child(execution.container(run.parent_id), run.state, by=-1)
    for run_id in gone:
        del execution.task_runs[run_id]


def _not_in(plan: Plan, execution: Execution) -> set[str]:
    runs = execution.task_runs.values()
    return {run.id for run in runs if not _is_in(plan, execution, run)}


def _is_in(plan: Plan, execution: Execution, run: TaskRun) -> bool:
    planned = plan.tasks.get(run.task_id)
    parent = execution.task_runs.get(run.parent_id)
    if planned is None or not planned.is_below(parent.task_id if parent else ""):
        return False
    if planned.task.kind is TaskKind.FLOWABLE:
        return not run.attempts
    return run.container is None


def _later_lists(execution: Execution) -> set[str]:
    runs = execution.task_runs
    return without_later_lists(
        execution, lambda run_id: not run_id or has_failed(execution, runs[run_id])
    )


def _after(plan: Plan, execution: Execution, path: Sequence[TaskRun]) -> set[str]:
    """What ran after a task run (the first of `path`), or below it."""
    children = children_of(execution)
    gone = {run.id for run in children.get(path[0].id, ())}
    for run in path:
        siblings = children[run.parent_id]
        gone.update(other.id for other in siblings if _PHASES[other.phase] > _PHASES[run.phase])
        same = [other for other in siblings if other.phase is run.phase]
        if run.phase is Phase.TASKS:
            container = execution.container(run.parent_id)
            gone.update(other.id for other in come_after(plan, container, run, same))
        else:
            gone.update(other.id for other in same[same.index(run) + 1 :])
    return gone


# Ids


def _rename(execution: Execution) -> None:
    """Give all task runs ids of the new execution."""
    runs = list(execution.task_runs.values())
    names = {run.id: task_run_id(execution.id, number) for number, run in enumerate(runs, start=1)}
    for run in runs:
        run.id = names[run.id]
        run.parent_id = names.get(run.parent_id, "")
        run.scope = names.get(run.scope, "")
        for attempt in run.attempts:
            attempt.id = attempt_id(run.id, attempt.number)
        if run.attempts and run.state is not State.SUCCESS:
            # Its children belong to the repeated execution, which alone may restart them.
            run.attempts[-1].children = None
    for container in (execution.root, *(run.container for run in runs)):
        if container is not None:
            container.run_id = names.get(container.run_id, "")
            container.stalled = [names[one] for one in container.stalled if one in names]
            container.round_owner = names.get(container.round_owner, "")
            container.round_runs = [names[one] for one in container.round_runs if one in names]
    execution.task_runs = {run.id: run for run in runs}
    execution.open_runs = {}
    execution.last_run_number = len(runs)


# What is opened


def _open_path(step: Step, path: Sequence[TaskRun]) -> None:
    chosen = path[0]
    for run in reversed(path):
        if run is chosen:
            state = State.RESTARTED if run.container is None else State.RUNNING
            run.container = None
            run.outputs = {}
            if run.attempts:
                run.attempts[-1].children = None
        else:
            state = State.RUNNING
            _forget_wait(step.live.execution, run)
        open_run(step, run, state)
        if run.phase is not Phase.TASKS:
            _enter_list(step, run)


def _forget_wait(execution: Execution, run: TaskRun) -> None:
    """Let a container that ended badly by its own decision go on as if it had not decided yet."""
    container = execution.container(run.id)
    if not container.restarts_anew:
        return
    container.restarts_anew = False
    container.failed_count = container.cancelled_count = container.killed_count = 0
    for child in execution.task_runs.values():
        if child.parent_id == run.id and child.phase is Phase.TASKS and child.state.is_failure:
            count_child(container, child.state)


def _enter_list(step: Step, run: TaskRun) -> None:
    """Let the container of a task run go on in the list that the task run is in."""
    container = step.live.execution.container(run.parent_id)
    tasks = step.live.plan.branch(container.task_id, run.phase.value)
    place = next((place for place, task in enumerate(tasks) if task.id == run.task_id), -1)
    container.phase = run.phase
    container.phase_index = place + 1
