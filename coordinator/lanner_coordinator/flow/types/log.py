"""`core.log.*`: lines in the log of an execution."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import NativeResult, NativeType, failed, shown
from lanner_coordinator.flow.types.schemas import LEVELS, one_of, record, text


def log_lines(message: object, level: object) -> NativeResult:
    """One line for a text, one for each item of a list."""
    name = shown(level) or "INFO"
    if name not in LEVELS:
        return failed(f"The level `{name}` is unknown; it must be one of {', '.join(LEVELS)}")
    messages = message if isinstance(message, list | tuple) else [message]
    return NativeResult(logs=tuple((name, shown(one)) for one in messages))


def _log(properties: Mapping[str, object]) -> NativeResult:
    return log_lines(properties.get("message"), properties.get("level"))


LOG = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.log.Log",
        kind=TaskKind.NATIVE,
        description="Write lines into the log of the execution.",
        properties_schema=record(
            ["message"],
            message={
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
                "description": "A text, or a list of texts that become one line each.",
            },
            level=one_of("How important the lines are.", LEVELS, default="INFO"),
        ),
        examples=(
            "id: hello\ntype: io.kestra.plugin.core.log.Log\nmessage: Hello {{ inputs.name }}\n",
        ),
    ),
    run=_log,
)

FETCH_TYPE = "io.kestra.plugin.core.log.Fetch"
"""Canonical name of the type."""

FETCH = TypeDescription(
    name=FETCH_TYPE,
    kind=TaskKind.NATIVE,
    description="Write lines of a log into a file, one JSON map each.",
    properties_schema=record(
        executionId=text("Whose log; absent: that of this execution."),
        namespace=text("Of the flow of that execution; it is known without."),
        flowId=text("The flow of that execution; it is known without."),
        tasksId={
            "type": "array",
            "items": {"type": "string"},
            "description": "Lines of these tasks only; absent: all.",
        },
        level=one_of("Lines of this level and above.", LEVELS, default="INFO"),
    ),
    outputs_schema=record(
        uri=text("The file."), size={"type": "integer", "description": "Number of lines."}
    ),
    examples=("id: lines\ntype: io.kestra.plugin.core.log.Fetch\nlevel: WARN\n",),
)

TYPES = (LOG,)

ERRANDS = (FETCH,)
"""Types whose work the runtime does."""
