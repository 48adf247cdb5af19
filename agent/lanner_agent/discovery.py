"""Finds the task types that are installed: entry points of the group `lanner.tasks`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

from lanner_agent.tasks.contract import TaskType

log = logging.getLogger(__name__)

GROUP = "lanner.tasks"


def installed_task_types() -> Sequence[TaskType]:
    """All task types of all plugins that can be imported."""
    return task_types_of(entry_points(group=GROUP))


def task_types_of(plugins: Iterable[EntryPoint]) -> Sequence[TaskType]:
    """The task types of some plugins; a plugin that is broken is left out with a warning."""
    found: dict[str, TaskType] = {}
    for plugin in sorted(plugins, key=lambda plugin: (plugin.name, plugin.value)):
        for task_type in _load(plugin):
            if task_type.name in found:
                log.warning('Plugin "%s": %s is there already.', plugin.name, task_type.name)
            else:
                found[task_type.name] = task_type
    return tuple(found.values())


def _load(plugin: EntryPoint) -> Sequence[TaskType]:
    try:
        task_types = list(plugin.load())
    except Exception as error:  # noqa: BLE001 (a plugin is foreign code: it may fail in any way)
        log.warning('Plugin "%s" (%s) is left out: %s', plugin.name, plugin.value, error)
        return ()
    if not all(isinstance(task_type, TaskType) for task_type in task_types):
        log.warning(
            'Plugin "%s" (%s) is left out: it is no sequence of task types.',
            plugin.name,
            plugin.value,
        )
        return ()
    return task_types


def by_name(task_types: Iterable[TaskType]) -> Mapping[str, TaskType]:
    """Task types by their names and aliases; names count more."""
    every = list(task_types)
    named = {alias: task_type for task_type in every for alias in task_type.aliases}
    return named | {task_type.name: task_type for task_type in every}
