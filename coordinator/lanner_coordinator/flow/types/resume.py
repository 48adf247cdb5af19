"""`core.execution.Resume`: goes on with a paused execution, mostly another one."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import NativeResult, NativeType, ResumeWish, shown
from lanner_coordinator.flow.types.schemas import any_map, record, text


def _resume(properties: Mapping[str, object]) -> NativeResult:
    inputs = properties.get("inputs")
    return NativeResult(
        resumes=ResumeWish(
            execution_id=shown(properties.get("executionId")),
            inputs=inputs if isinstance(inputs, Mapping) else {},
        )
    )


RESUME = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.Resume",
        kind=TaskKind.NATIVE,
        description="Resume a paused execution; fails when it is not paused.",
        properties_schema=record(
            executionId=text("Which; absent: the execution of this task itself."),
            namespace=text("Of the flow of that execution; it is known without."),
            flowId=text("The flow of that execution; it is known without."),
            inputs=any_map("What its pause asks for, by input id."),
        ),
        examples=(
            "id: go_on\n"
            "type: io.kestra.plugin.core.execution.Resume\n"
            'executionId: "{{ inputs.waiting }}"\n',
        ),
    ),
    run=_resume,
)

TYPES = (RESUME,)
