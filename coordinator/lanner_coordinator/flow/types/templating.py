"""`core.templating.*`: a task that is known only when its text was rendered."""

from __future__ import annotations

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.schemas import PREFIX, record, text

TEMPLATED_TASK = f"{PREFIX}core.templating.TemplatedTask"
"""Canonical name of the type."""

TYPES = (
    TypeDescription(
        name=TEMPLATED_TASK,
        kind=TaskKind.TEMPLATED,
        description="Render a text, read it as a task and run that task in place of this one.",
        properties_schema=record(
            ["spec"],
            spec=text(
                "YAML of the task: its `type` and its properties. It must not hold other tasks, "
                "start other executions or be templated itself."
            ),
        ),
        examples=(
            "id: run_any\n"
            "type: io.kestra.plugin.core.templating.TemplatedTask\n"
            "spec: |\n"
            "  type: io.kestra.plugin.core.debug.Return\n"
            "  format: Hello {{ inputs.name }}\n",
        ),
    ),
)
