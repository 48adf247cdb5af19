"""Shared folders: whose children have one, which agent has it, what is done in it.

The first attempt that an agent takes chooses the agent; all others of the same folder go there too.
A folder is let go when the last child has ended, whatever came of it, and the agent removes it.
"""

from __future__ import annotations

from lanner_coordinator.engine.attempt import Attempt
from lanner_coordinator.engine.commands import Command, Dispatch, RemoveFolder
from lanner_coordinator.engine.control.working_directory import WORKING_DIRECTORY, is_collected
from lanner_coordinator.engine.execution import Container, LiveExecution, TaskRun
from lanner_coordinator.engine.folder import Folder, FolderWork
from lanner_coordinator.engine.ids import attempt_id, folder_id
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.stops import is_container_stopped
from lanner_coordinator.flow.model import Task


def owner(live: LiveExecution, run: TaskRun) -> TaskRun | None:
    """The task run in whose folder this one works: itself, or the one above; absent: in none."""
    if run.folder is not None:
        return run
    if run.phase is not Phase.TASKS or not run.parent_id:
        return None
    above = live.execution.task_runs[run.parent_id]
    return above if above.folder is not None else None


def folder_of(live: LiveExecution, run: TaskRun) -> Folder | None:
    """The folder that a task run works in; absent: one of its own."""
    above = owner(live, run)
    return above.folder if above is not None else None


def begin(run: TaskRun, container: Container, task: Task) -> None:
    """Give a task run that begins a folder, if its children share one."""
    if task.type == WORKING_DIRECTORY:
        container.restarts_anew = True
        run.folder = run.folder or Folder()
        run.folder.renew()


def pin(live: LiveExecution, run: TaskRun, agent_id: str) -> None:
    """An agent was chosen for an attempt: it has the folder from now on."""
    folder = folder_of(live, run)
    if folder is not None:
        folder.agent_id = agent_id


def unpin(live: LiveExecution, run: TaskRun, commands: list[Command]) -> None:
    """The agent did not take the attempt: if it was to make the folder, another one may."""
    above = owner(live, run)
    if above is None or above.folder is None or above.folder.is_made:
        return
    _remove(above, above.folder, commands)
    above.folder.agent_id = ""


def note_made(live: LiveExecution, run: TaskRun) -> None:
    """An attempt has begun: its folder is there."""
    folder = folder_of(live, run)
    if folder is not None:
        folder.is_made = True


def start_work(
    live: LiveExecution, container: Container, purpose: FolderWork, commands: list[Command]
) -> None:
    """Have an agent fill the folder of a container's task run, or collect its files.

    It counts as a child that runs.
    """
    run = live.execution.task_runs[container.run_id]
    folder = run.folder
    if folder is None:
        return
    folder.work_count += 1
    folder.purpose = purpose
    number = folder.work_count
    folder.work = Attempt(id=attempt_id(run.id, number), number=number)
    container.running_count += 1
    dispatch_work(live, run, commands)


def dispatch_work(live: LiveExecution, run: TaskRun, commands: list[Command]) -> None:
    """Have an agent found for the work on a folder, unless nothing may begin now."""
    if not live.execution.is_on_hold:
        commands.extend(open_commands(run))


def leave(live: LiveExecution, container: Container, commands: list[Command]) -> bool:
    """The children of a container have ended: keep files of their folder, then let it go.

    Whether keeping has begun.
    """
    if container.phase is not Phase.TASKS or not container.run_id:
        return False
    run = live.execution.task_runs[container.run_id]
    folder = run.folder
    if folder is None:
        return False
    is_kept = folder.purpose is FolderWork.COLLECT or not folder.is_made or folder.is_lost
    is_over = container.is_expired or is_container_stopped(live.execution, container)
    if not (is_kept or is_over) and is_collected(live.plan.tasks[run.task_id].task):
        start_work(live, container, FolderWork.COLLECT, commands)
        return True
    let_go(run, commands)
    return False


def let_go(run: TaskRun, commands: list[Command]) -> None:
    """Have the folder removed by the agent that has it."""
    folder = run.folder
    if folder is not None:
        _remove(run, folder, commands)
        folder.renew()


def open_commands(run: TaskRun) -> tuple[Command, ...]:
    """What is still to be done for the work on a task run's folder."""
    work = run.folder.work if run.folder is not None else None
    if work is None or work.agent_id or work.state.is_terminal:
        return ()
    return (Dispatch(task_run_id=run.id, attempt_id=work.id),)


def _remove(run: TaskRun, folder: Folder, commands: list[Command]) -> None:
    if folder.agent_id:
        gone = folder_id(run.id, folder.number)
        commands.append(RemoveFolder(agent_id=folder.agent_id, folder_id=gone))
