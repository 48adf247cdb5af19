"""The types that Kestra's cases take for granted, besides the coordinator's own."""

from __future__ import annotations

from lanner_agent.tasks.working_directory import TASK_TYPES
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind

_TEST_TASKS = (
    "io.kestra.core.plugins.test.DeprecatedTask",
    "io.kestra.core.runners.ListenersTestTask",
    "io.kestra.core.runners.test.TaskThatFail",
    "io.kestra.core.runners.test.TaskWithAlias",
    "io.kestra.core.runners.test.WorkerTaskResultTooLarge",
    "io.kestra.core.runners.test.task.Alias",
    "io.kestra.core.tasks.test.BadExecutable",
    "io.kestra.core.tasks.test.DynamicTask",
    "io.kestra.core.tasks.test.Encrypted",
    "io.kestra.core.tasks.test.NullOutputTask",
    "io.kestra.core.tasks.test.Read",
)
_DEPRECATED = {
    "additionalProperty": {"type": "string", "deprecated": True, "description": "Old."},
}


def kestra_types() -> KnownTypes:
    """A catalog with stand-ins for Kestra's own test tasks, and with core tasks of agents."""
    stand_ins = [
        TypeDescription(
            name=name,
            kind=TaskKind.AGENT,
            properties_schema={"type": "object", "properties": _DEPRECATED},
        )
        for name in _TEST_TASKS
    ]
    of_agents = [
        TypeDescription(
            name=kind.name,
            kind=TaskKind.AGENT,
            properties_schema=kind.properties_schema,
            outputs_schema=kind.outputs_schema,
        )
        for kind in TASK_TYPES
    ]
    return KnownTypes([*stand_ins, *of_agents])
