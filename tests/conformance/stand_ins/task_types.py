"""Stand-ins for the tasks of Kestra's own tests: as little as their cases ask for."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks.contract import (
    LogLevel,
    Properties,
    TaskContext,
    TaskFailed,
    TaskResult,
    TaskType,
)


async def _log(context: TaskContext, properties: Properties) -> TaskResult:
    await context.started("stand-in")
    await context.log(LogLevel.INFO, str(properties.get("message", "")))
    return TaskResult()


async def _null_output(context: TaskContext, properties: Properties) -> TaskResult:
    return TaskResult(outputs={"value": None})


async def _fail_with_outputs(context: TaskContext, properties: Properties) -> TaskResult:
    message = str(properties.get("message", ""))
    raise TaskFailed(message, outputs={"message": message})


async def _read(context: TaskContext, properties: Properties) -> TaskResult:
    """The file is in the folder that all tasks of a WorkingDirectory share."""
    path = context.working_dir / str(properties["path"]).lstrip("/")
    try:
        return TaskResult(outputs={"value": path.read_text()})
    except OSError as error:
        raise TaskFailed(f"{properties['path']} cannot be read: {error.strerror}.") from error


async def _secret(context: TaskContext, properties: Properties) -> TaskResult:
    return TaskResult(outputs={"value": str(properties["format"])})


async def _execution_text(context: TaskContext, properties: Properties) -> TaskResult:
    identity = context.identity
    text = f"Execution(id={identity.execution_id}, flowId={identity.flow_id})"
    return TaskResult(outputs={"value": text})


_SECRET_VALUE = {
    "type": "object",
    "properties": {"value": {"type": "string", "writeOnly": True}},
}


def _task_type(
    name: str, run: object, *aliases: str, outputs: Mapping[str, object] | None = None
) -> TaskType:
    return TaskType(
        name=name,
        aliases=aliases,
        description="For conformance cases.",
        properties_schema={"type": "object"},
        outputs_schema=outputs or {"type": "object"},
        run=run,  # type: ignore[arg-type]  # of the shapes above
    )


_RUNNERS = "io.kestra.core.runners"

TASK_TYPES = (
    _task_type(f"{_RUNNERS}.test.TaskWithAlias", _log, f"{_RUNNERS}.test.task.Alias"),
    _task_type("io.kestra.core.tasks.test.NullOutputTask", _null_output),
    _task_type(f"{_RUNNERS}.test.TaskThatFail", _fail_with_outputs),
    _task_type("io.kestra.core.tasks.test.Read", _read),
    _task_type("io.kestra.core.tasks.test.Encrypted", _secret, outputs=_SECRET_VALUE),
    _task_type(f"{_RUNNERS}.ListenersTestTask", _execution_text),
)
"""What the agent offers besides the installed types."""
