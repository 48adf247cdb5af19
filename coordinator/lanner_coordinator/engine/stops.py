"""Whether a kill, an exit or a timeout forbids that anything more begins."""

from __future__ import annotations

from lanner_coordinator.engine.execution import Container, Execution, TaskRun
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.outcome import has_failed


def may_start(execution: Execution, container: Container) -> bool:
    """Whether the phase that a container is in may start its next task run."""
    if container.phase is Phase.TASKS and has_failed(container):
        return False
    if container.phase is Phase.FINALLY:
        return not is_forced(execution)
    return not is_container_stopped(execution, container)


def is_stopped(execution: Execution, run: TaskRun) -> bool:
    """Whether a kill, an exit or a timeout forbids a task run any further attempt."""
    if _is_cut(execution.container(run.parent_id), run):
        return True
    if not (execution.is_killing or execution.is_leaving):
        return False
    return is_forced(execution) or not execution.is_shielded(run)


def _is_cut(container: Container, run: TaskRun) -> bool:
    """Whether a timeout stops a task run in this container: it spares lists that run after it."""
    if container.is_expired:
        return run.phase is Phase.TASKS or bool(run.rescue_of)
    return container.is_cut and run.phase is not Phase.FINALLY


def is_container_stopped(execution: Execution, container: Container) -> bool:
    """Whether a kill, an exit or the timeout of something above it stops a container."""
    if container.is_cut:
        return True
    if execution.is_leaving and not container.is_shielded:
        return True
    return is_killed(execution, container)


def is_killed(execution: Execution, container: Container) -> bool:
    """Whether a kill stops a container: `finally` is shielded from all but a forced one."""
    if not execution.is_killing:
        return False
    return is_forced(execution) or not container.is_shielded


def is_forced(execution: Execution) -> bool:
    """Whether a kill spares nothing."""
    return execution.is_killing and execution.is_kill_forced
