"""What is left of a command that ran to its end: its files, its outputs, its verdict."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import CommandEnd, EndCause
from lanner_agent.runners.folders import all_files
from lanner_agent.tasks.command.input_files import ARTIFACTS_FOLDER
from lanner_agent.tasks.command.task_runner import runner_details
from lanner_agent.tasks.contract import (
    FailureCause,
    FinishedCommand,
    LogLevel,
    TaskContext,
    TaskFailed,
    TaskResult,
)

FAILURES = {
    EndCause.OUT_OF_MEMORY: FailureCause.OUT_OF_MEMORY,
    EndCause.STOPPED: FailureCause.KILLED,
    EndCause.LOST: FailureCause.LOST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a task wants of its command beyond an exit code of 0.

    Attributes:
        output_files: Patterns of files of the working folder to store.
        hidden_files: Files of the working folder that the agent put there; never stored.
        warning_on_stderr: Lines on stderr make the task run end WARNING.
    """

    output_files: Sequence[str] = ()
    hidden_files: Sequence[str] = ()
    warning_on_stderr: bool = False

    def to_json(self) -> dict[str, object]:
        """What `from_json` reads, for the agent's disk."""
        return {
            "output_files": list(self.output_files),
            "hidden_files": list(self.hidden_files),
            "warning_on_stderr": self.warning_on_stderr,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Wanted:
        """Read what `to_json` wrote."""
        return cls(
            output_files=_texts(kept.get("output_files")),
            hidden_files=_texts(kept.get("hidden_files")),
            warning_on_stderr=kept.get("warning_on_stderr") is True,
        )


async def conclude(context: TaskContext, finished: FinishedCommand, wanted: Wanted) -> TaskResult:
    """Store the command's files and say how its task ended.

    Raises:
        TaskFailed: The command failed, or its files cannot be stored; outputs are kept.
    """
    outputs: dict[str, object] = {
        "vars": dict(finished.outputs),
        "exitCode": finished.end.exit_code,
        "outputFiles": {},
        "stdOutLineCount": finished.stdout_line_count,
        "stdErrLineCount": finished.stderr_line_count,
        "taskRunner": runner_details(finished.running),
    }
    if finished.end.cause is EndCause.EXITED and finished.end.exit_code == 0:
        try:
            outputs |= await _stored_files(context, finished, wanted)
        finally:
            await _remove_hidden(context, wanted)
        is_warning = wanted.warning_on_stderr and finished.stderr_line_count > 0
        return TaskResult(outputs=outputs, is_warning=is_warning)
    if finished.end.cause is not EndCause.LOST:
        outputs |= await _stored_files_of_failed(context, finished, wanted)
        await _remove_hidden(context, wanted)
    raise _failure(finished.end, outputs)


async def _stored_files(
    context: TaskContext, finished: FinishedCommand, wanted: Wanted
) -> dict[str, object]:
    try:
        matching = await finished.running.collect(wanted.output_files)
    except RunnerError as cause:
        raise TaskFailed(
            f"The command's files cannot be had: {cause}", cause=FailureCause.CONTAINER_ENGINE
        ) from cause
    left = await all_files(context.output_dir)
    files = {
        path.as_posix(): context.working_dir / path
        for path in matching
        if path.parts[0] != ARTIFACTS_FOLDER and path.as_posix() not in wanted.hidden_files
    }
    files |= {path.as_posix(): context.output_dir / path for path in left}
    uris = {name: (await context.store(path, name)).uri for name, path in files.items()}
    only = {"uri": next(iter(uris.values()))} if len(uris) == 1 else {}
    return {"outputFiles": uris, **only}


async def _stored_files_of_failed(
    context: TaskContext, finished: FinishedCommand, wanted: Wanted
) -> dict[str, object]:
    """Files of a command that failed: their own problems must not hide why it did."""
    try:
        return await _stored_files(context, finished, wanted)
    except TaskFailed as problem:
        await context.log(LogLevel.WARN, f"Files are missing: {problem.message}")
        return {}


async def _remove_hidden(context: TaskContext, wanted: Wanted) -> None:
    """Remove what the agent put into a working folder that others may find later."""
    for name in wanted.hidden_files:
        with contextlib.suppress(OSError):
            await asyncio.to_thread((context.working_dir / name).unlink)


def _failure(end: CommandEnd, outputs: Mapping[str, object]) -> TaskFailed:
    message = end.message or f"The command ended with exit code {end.exit_code}."
    if end.cause is EndCause.OUT_OF_MEMORY:
        message = f"The command ran {message}: give it more with `memory`."
    cause = FAILURES.get(end.cause, FailureCause.EXIT_CODE)
    return TaskFailed(message, cause=cause, outputs=outputs)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
