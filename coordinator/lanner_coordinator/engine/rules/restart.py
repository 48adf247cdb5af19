"""How an ended execution goes on from its failed tasks, with the same id (flow language 5.3).

Failed and killed task runs get a new attempt, the containers above them run again, and the task
runs of their `errors`, `finally` and `afterExecution` are removed: they will run anew if they must.
What had ended well stays, with all that ran in it, and what it would have led to is started.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.outcome import count_child
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

_Children = Mapping[str, Sequence[TaskRun]]


def restart(step: Step) -> None:
    """Make an ended execution ready to go on."""
    execution = step.live.execution
    execution.attempt_number += 1
    execution.failed_task_id = execution.error = ""
    execution.end_state = execution.kill_deadline = execution.repeat_at = None
    execution.is_kill_forced = False
    execution.outputs = {}
    execution.is_begun = False
    step.set_state(State.RESTARTED)


def go_on(step: Step) -> None:
    """Let a restarted execution go on. Costs as much as it has task runs, once."""
    execution = step.live.execution
    _remove_later_phases(step)
    children: dict[str, list[TaskRun]] = defaultdict(list)
    for run in execution.task_runs.values():
        children[run.parent_id].append(run)
    step.set_state(State.RUNNING)
    _restart_container(step, execution.root, children)


def _remove_later_phases(step: Step) -> None:
    execution = step.live.execution
    removed: set[str] = set()
    for run in list(execution.task_runs.values()):
        parent = execution.task_runs.get(run.parent_id)
        runs_again = parent is None or parent.state.is_failure
        if run.parent_id in removed or (run.phase is not Phase.TASKS and runs_again):
            removed.add(run.id)
            step.live.forget(execution.task_runs.pop(run.id))


def _restart_container(step: Step, container: Container, children: _Children) -> None:
    container.phase = Phase.TASKS
    container.phase_index = 0
    container.has_failed_finally = False
    stalled, container.stalled = container.stalled, []
    for run in children.get(container.run_id, ()):
        if run.state.is_failure:
            count_child(container, run.state, by=-1)
            container.running_count += 1
            _restart_run(step, run, children)
    for run_id in stalled:
        step.advance(container, step.live.execution.task_runs[run_id])
    if not children.get(container.run_id):
        control = step.control(container)
        step.start_children(container, control.advance(step.live.plan, container, None))
    step.settle(container)


def _restart_run(step: Step, run: TaskRun, children: _Children) -> None:
    task = step.live.plan.tasks[run.task_id].task
    step.live.execution.open_runs[run.id] = None
    step.set_run_state(run, State.RESTARTED)
    container = run.container
    if container is not None and children.get(run.id) and not container.restarts_anew:
        step.set_run_state(run, State.RUNNING)
        _restart_container(step, container, children)
    elif run.attempts:
        before = run.attempts[-1].children
        run.restarted_after = len(run.attempts)
        step.start_attempt(run, task)
        run.attempts[-1].restarted_ids = list(before.ids) if before else []
    else:
        _remove_below(step, run, children)
        run.container = None
        step.enter(run, task)


def _remove_below(step: Step, run: TaskRun, children: _Children) -> None:
    below = list(children.get(run.id, ()))
    while below:
        child = below.pop()
        below.extend(children.get(child.id, ()))
        step.live.forget(step.live.execution.task_runs.pop(child.id))
