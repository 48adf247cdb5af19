"""What comes after a child of a container, and how its bookkeeping goes back to that child.

In lists, what stands later comes later; beside each other, nothing does. In a loop that runs one
value at a time, a later value keeps what stands before the child in the loop's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.approval import Approval
from lanner_coordinator.engine.control.dag import Dag
from lanner_coordinator.engine.control.for_each import EachParallel, ForEach
from lanner_coordinator.engine.control.loop import Loop
from lanner_coordinator.engine.control.parallel import Parallel
from lanner_coordinator.engine.control.table import CONTROLS, SEQUENTIAL
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan


def come_after(
    plan: Plan, container: Container, chosen: TaskRun, children: Sequence[TaskRun]
) -> Sequence[TaskRun]:
    """Children of the tasks phase (in order of creation) that run after the chosen one."""
    control = _control(plan, container)
    if isinstance(control, Dag):
        later = _dependants(plan, container, chosen.task_id)
        return [run for run in children if run.task_id in later]
    if isinstance(control, Parallel | EachParallel):
        return ()
    if isinstance(control, Loop):
        is_single = container.limit == 1
        here = chosen.iteration or 0
        return [run for run in children if is_single and (run.iteration or 0) > here]
    if isinstance(control, ForEach):
        places = _places(plan, container)
        return [run for run in children if _is_later(container, places, chosen, run)]
    return children[children.index(chosen) + 1 :]


def rewind(plan: Plan, container: Container, children: Sequence[TaskRun]) -> None:
    """Set a container's bookkeeping to the children of its tasks phase that it has."""
    control = _control(plan, container)
    if isinstance(control, Approval):
        control.rewind(plan, container, children)
    places = _places(plan, container)
    reached = [places[run.task_id] for run in children if run.task_id in places]
    if isinstance(control, Dag):
        _rewind_dag(plan, container, children)
    elif isinstance(control, ForEach):
        _rewind_loop(container, places, children)
    elif isinstance(control, Loop):
        container.next_index = max((run.iteration or 0 for run in children), default=-1) + 1
    elif isinstance(control, Parallel):
        container.next_index = max(reached, default=-1) + 1
    elif not isinstance(control, EachParallel):
        container.next_index = max(reached, default=-1) + 1
        if any(not run.state.is_terminal for run in children):
            # Its end goes on; what had ended after it must not do so besides.
            container.stalled = []


def _control(plan: Plan, container: Container) -> object:
    return CONTROLS[plan.tasks[container.task_id].task.type] if container.task_id else SEQUENTIAL


def _places(plan: Plan, container: Container) -> dict[str, int]:
    tasks = plan.branch(container.task_id, container.branch)
    return {task.id: place for place, task in enumerate(tasks)}


def _is_later(
    container: Container, places: Mapping[str, int], chosen: TaskRun, run: TaskRun
) -> bool:
    here, there = places.get(chosen.task_id, 0), places.get(run.task_id, 0)
    if run.iteration == chosen.iteration:
        return there > here
    is_after = (run.iteration or 0) > (chosen.iteration or 0)
    return container.limit == 1 and is_after and there >= here


def _dependants(plan: Plan, container: Container, task_id: str) -> set[str]:
    """All that depends on a child of a Dag, however far."""
    dependants = plan.tasks[container.task_id].dependants
    later: set[str] = set()
    waiting = [task_id]
    while waiting:
        for other in dependants.get(waiting.pop(), ()):
            if other not in later:
                later.add(other)
                waiting.append(other)
    return later


def _rewind_dag(plan: Plan, container: Container, children: Sequence[TaskRun]) -> None:
    enabled = _places(plan, container)
    dependencies = plan.tasks[container.task_id].task.dependencies
    done = {run.task_id for run in children if _is_done(container, run)}
    there = {run.task_id for run in children}
    container.waiting = {
        task_id: sum(
            1
            for other in set(dependencies.get(task_id, ()))
            if other in enabled and other not in done
        )
        for task_id in sorted(enabled)
        if task_id not in there
    }
    container.ready = [task_id for task_id in enabled if not container.waiting.get(task_id, 1)]


def _is_done(container: Container, run: TaskRun) -> bool:
    """Whether those that wait for a child of a Dag know that it has ended."""
    is_over = run.state.is_terminal and not run.state.is_failure
    return is_over and run.id not in container.stalled


def _rewind_loop(
    container: Container, places: Mapping[str, int], children: Sequence[TaskRun]
) -> None:
    reached: dict[int, int] = {}
    for run in children:
        place = places.get(run.task_id, 0) + 1
        reached[run.iteration or 0] = max(place, reached.get(run.iteration or 0, 0))
    active = {run.iteration or 0 for run in children if _holds_its_value(container, run)}
    working = {run.iteration for run in children if not run.state.is_terminal}
    passed = {run.id for run in children if run.iteration in working}
    if container.limit == 1 and active:
        first = min(active)
        active = {first}
        passed |= {run.id for run in children if (run.iteration or 0) > first}
        container.next_index = first + 1
        container.begun_at = {one: place for one, place in reached.items() if one > first}
    container.stalled = [run_id for run_id in container.stalled if run_id not in passed]
    container.positions = {iteration: reached[iteration] for iteration in sorted(active)}


def _holds_its_value(container: Container, run: TaskRun) -> bool:
    """Whether the value of a loop's child is not through."""
    return not run.state.is_terminal or run.state.is_failure or run.id in container.stalled
