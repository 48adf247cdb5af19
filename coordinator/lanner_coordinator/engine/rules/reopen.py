"""How an ended execution is opened again, and how it goes on from there.

Opening only says what is to run anew; it leaves the execution RESTARTED, for whoever looks, and
the engine wishes to proceed. Restarts, replays and marked task runs are all opened so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from lanner_coordinator.engine.commands import Proceed
from lanner_coordinator.engine.control.rewind import rewind
from lanner_coordinator.engine.deadline import set_deadline
from lanner_coordinator.engine.execution import Container, Execution, TaskRun
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.iterations import is_iteration, recount, take_back
from lanner_coordinator.engine.rules.outcome import count_child
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step


def open_again(step: Step) -> None:
    """Forget how the execution ended."""
    execution = step.live.execution
    execution.failed_task_id = execution.error = ""
    execution.end_state = execution.kill_deadline = execution.repeat_at = None
    execution.is_kill_forced = execution.spares_children = False
    execution.exit_state, execution.exit_above = None, []
    execution.stop_state = None
    execution.broken_slas = []
    execution.listeners = None
    execution.outputs = {}
    execution.is_begun = False
    execution.is_opened = True
    step.set_state(State.RESTARTED)
    open_container(execution.root)
    step.commands.append(Proceed())


def open_container(container: Container) -> None:
    """Let a container go on with its tasks."""
    container.phase = Phase.TASKS
    container.phase_index = 0
    container.has_failed_finally = False
    container.is_expired = container.is_cut = container.restarts_anew = False


def open_run(step: Step, run: TaskRun, state: State) -> None:
    """Let a task run work anew: its parent waits for it again."""
    execution = step.live.execution
    container = execution.container(run.parent_id)
    if run.phase is Phase.TASKS:
        count_child(container, run.state, by=-1)
        # Its new end goes on; the one that nothing could follow must not do so besides.
        container.stalled = [run_id for run_id in container.stalled if run_id != run.id]
    container.running_count += 1
    if is_iteration(run):
        take_back(execution.task_runs[run.parent_id], container, run)
    execution.open_runs[run.id] = None
    step.set_run_state(run, state)
    if run.container is not None:
        open_container(run.container)


def without_later_lists(execution: Execution, runs_again: Callable[[str], bool]) -> set[str]:
    """Ids of task runs in `errors`, `finally` and `afterExecution` of containers that run again.

    With all below them. `runs_again` is asked with the id of the container's task run; that of the
    flow itself is empty.
    """
    removed: set[str] = set()
    for run in execution.task_runs.values():
        is_later = run.phase is not Phase.TASKS and runs_again(run.parent_id)
        if run.parent_id in removed or is_later:
            removed.add(run.id)
    return removed


def remove(step: Step, run_ids: Iterable[str]) -> None:
    """Take task runs out of the execution."""
    for run_id in run_ids:
        step.live.forget(step.live.execution.task_runs.pop(run_id))


def children_of(execution: Execution) -> Mapping[str, Sequence[TaskRun]]:
    """Task runs by the one above them, in order of creation; under an empty id: the flow's own."""
    children: dict[str, list[TaskRun]] = defaultdict(list)
    for run in execution.task_runs.values():
        children[run.parent_id].append(run)
    return children


def rewind_opened(step: Step) -> None:
    """Bring the bookkeeping of what is open up to date with the children that there are."""
    execution = step.live.execution
    children = children_of(execution)
    opened = [execution.task_runs[run_id].container for run_id in execution.open_runs]
    for container in (execution.root, *opened):
        if container is None:
            continue
        tasks = [run for run in children.get(container.run_id, ()) if run.phase is Phase.TASKS]
        if container.phase is Phase.TASKS:
            rewind(step.live.plan, container, tasks)
        if tasks and is_iteration(tasks[0]):
            recount(execution.task_runs[container.run_id], container, tasks)


def proceed(step: Step) -> None:
    """Start what was opened. Costs as much as the execution has task runs, once."""
    execution = step.live.execution
    execution.is_opened = False
    step.set_state(State.RUNNING)
    step.live.close_views()
    parents = {run.parent_id for run in execution.task_runs.values()}
    opened = [execution.task_runs[run_id] for run_id in execution.open_runs]
    # Before anything starts: what begins now goes on by itself.
    containers = [run.container for run in opened if run.container is not None]
    for run in opened:
        if run.container is None:
            _start(step, run)
        elif step.live.plan.tasks[run.task_id].task.timeout is not None:
            step.commands.extend(set_deadline(run, step.now))
    going_on = (*reversed(containers), execution.root)
    for container in going_on:
        _hold_open(container, by=1)
    for container in going_on:
        step.finish()  # it must know how what is in it has ended before it goes on itself
        _hold_open(container, by=-1)
        _go_on(step, container, is_empty=container.run_id not in parents)


def close(step: Step) -> None:
    """End what was opened and has not gone on, after its open task runs were killed."""
    execution = step.live.execution
    execution.is_opened = False
    opened = [execution.task_runs[run_id].container for run_id in execution.open_runs]
    for container in (*reversed(opened), execution.root):
        if container is not None:
            step.settle(container)


def _start(step: Step, run: TaskRun) -> None:
    task = step.live.plan.tasks[run.task_id].task
    run.restarted_after = len(run.attempts)
    step.enter(run, task)


def _hold_open(container: Container, *, by: int) -> None:
    """Keep a container from ending before it has gone on; that takes no place under its limit."""
    container.running_count += by
    container.rescue_count += by


def _go_on(step: Step, container: Container, *, is_empty: bool) -> None:
    if container.phase is Phase.TASKS:
        stalled, container.stalled = container.stalled, []
        for run_id in stalled:
            step.advance(container, step.live.execution.task_runs[run_id])
    if is_empty:
        control = step.control(container)
        step.start_children(container, control.advance(step.live.plan, container, None))
        step.open_wait(container)
    step.settle(container)
