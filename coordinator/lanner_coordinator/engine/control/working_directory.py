"""One child after the other in a folder that all of them share, on one agent.

What may go wrong with the folder stands in `rules.working_directory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.contract import Child
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import Task

WORKING_DIRECTORY = "io.kestra.plugin.core.flow.WorkingDirectory"
"""The task type whose children share a folder."""

_FILLING = ("inputFiles", "namespaceFiles", "cache")
_COLLECTING = ("outputFiles", "cache")


def is_filled(task: Task) -> bool:
    """Whether files are put into the folder before the first child."""
    return _has_any(task.properties, _FILLING)


def is_collected(task: Task) -> bool:
    """Whether files of the folder are kept after the last child."""
    return _has_any(task.properties, _COLLECTING)


class WorkingDirectory(Sequential):
    """One after the other; the first one starts when the folder is filled."""

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """The first child, unless files are put into the folder before."""
        if is_filled(plan.tasks[container.task_id].task):
            return ()
        return self.advance(plan, container, None)


def _has_any(properties: Mapping[str, object], names: tuple[str, ...]) -> bool:
    return any(properties.get(name) not in (None, {}, [], "", False) for name in names)
