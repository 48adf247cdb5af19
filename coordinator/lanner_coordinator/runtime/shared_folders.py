"""What agents are told of the folders that attempts share."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine import folders
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.folder import FolderWork
from lanner_coordinator.engine.ids import folder_id
from lanner_coordinator.engine.rules.outcome import has_failed
from lanner_coordinator.runtime.agents.messages import SharedFolder

LOCAL_FILES = "io.kestra.plugin.core.storage.LocalFiles"
"""The task type that every agent has which knows shared folders."""

_FILLED_WITH = ("inputFiles", "namespaceFiles", "cache")
_COLLECTED = ("outputFiles", "cache")


def shared_folder(live: LiveExecution, run: TaskRun) -> SharedFolder | None:
    """The folder in which an attempt of a task run works; absent: one of its own."""
    above = folders.owner(live, run)
    if above is None or above.folder is None:
        return None
    task = live.plan.tasks[above.task_id].task
    return SharedFolder(
        folder_id=folder_id(above.id, above.folder.number),
        may_be_made=not above.folder.is_made,
        on_agent_lost=task.on_agent_lost,
        max_disconnect=task.max_disconnect,
    )


def assigned_properties(run: TaskRun, properties: Mapping[str, object]) -> Mapping[str, object]:
    """Properties that an agent gets, unrendered: all, or those that its work on a folder needs."""
    folder = run.folder
    if folder is None or folder.purpose is None or run.container is None:
        return properties
    names = _FILLED_WITH if folder.purpose is FolderWork.FILL else _COLLECTED
    wanted = {name: properties[name] for name in names if name in properties}
    if folder.purpose is FolderWork.COLLECT and has_failed(run.container):
        wanted.pop("cache", None)
    return {**wanted, "work": folder.purpose.value}
