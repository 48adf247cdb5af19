"""Task types and a runner for tests of the agent, in the parts that a plugin has.

`DetachedRunner` plays the part of a container engine without one: its commands are processes that
outlive a killed agent, their output is in a file, and they are found again by their folder.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lanner_agent.runners.contract import (
    Command,
    CommandEnd,
    EndCause,
    OutputLine,
    RunningCommand,
    Stream,
)
from lanner_agent.tasks.contract import (
    FailureCause,
    FinishedCommand,
    LogLevel,
    MetricKind,
    Properties,
    TaskContext,
    TaskFailed,
    TaskResult,
    TaskType,
)

POLL_SECONDS = 0.01

# Runs the rest of its arguments as a program, with its output in one file and its end in another.
WATCHDOG = """
import json, pathlib, subprocess, sys
folder = pathlib.Path(sys.argv[1])
with (folder / "log").open("wb") as log:
    code = subprocess.run(sys.argv[2:], stdout=log, stderr=log, stdin=subprocess.DEVNULL).returncode
(folder / "draft").write_text(json.dumps(code))
(folder / "draft").rename(folder / "end")
"""


class DetachedCommand:
    """A process with its output in a file."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._folder = folder
        self._pid = pid
        self._is_stopped = False

    @property
    def description(self) -> str:
        """For people."""
        return f"detached {self._pid}"

    @property
    def warnings(self) -> Sequence[str]:
        """None."""
        return ()

    @property
    def handle(self) -> Mapping[str, str]:
        """Folder and process."""
        return {"folder": str(self._folder), "pid": str(self._pid)}

    @property
    def exists(self) -> bool:
        """It was not discarded."""
        return self._folder.exists()

    async def lines(self) -> AsyncIterator[OutputLine]:
        """Lines as they are written."""
        with (self._folder / "log").open("rb") as log:
            rest = b""
            while True:
                is_over = self._is_over()
                rest += log.read()
                *whole, rest = rest.split(b"\n")
                for line in whole:
                    yield OutputLine(
                        at=datetime.fromtimestamp(0, UTC), stream=Stream.STDOUT, text=line.decode()
                    )
                if is_over:
                    return
                await asyncio.sleep(POLL_SECONDS)

    async def wait(self) -> CommandEnd:
        """Wait for the end."""
        while not self._is_over():  # noqa: ASYNC110 (a file tells it, not this program)
            await asyncio.sleep(POLL_SECONDS)
        if self._is_stopped:
            return CommandEnd(exit_code=143, cause=EndCause.STOPPED)
        code = json.loads((self._folder / "end").read_text())
        return CommandEnd(exit_code=code, cause=EndCause.EXITED)

    def _is_over(self) -> bool:
        return self._is_stopped or (self._folder / "end").exists()

    async def stop(self, grace: timedelta) -> None:
        """Kill all of it."""
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self._is_stopped = True

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        """Nothing to bring back."""
        return []

    async def discard(self) -> None:
        """Remove the folder."""
        await self.stop(timedelta())
        shutil.rmtree(self._folder, ignore_errors=True)


class DetachedRunner:
    """The runner `docker` of tests; keeps its commands in a folder outside the agent's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_up = True

    @property
    def name(self) -> str:
        """It stands for containers."""
        return "docker"

    @property
    def can_reattach(self) -> bool:
        """By its folder."""
        return True

    async def is_available(self) -> bool:
        """Unless the test says otherwise."""
        return self.is_up

    async def start(self, command: Command) -> RunningCommand:
        """Start the process, and return when the test lets it."""
        started = self._start(command)
        while self.hold_file.exists():  # noqa: ASYNC110 (a file tells it, not this program)
            await asyncio.sleep(POLL_SECONDS)
        return started

    @property
    def hold_file(self) -> Path:
        """While it is there, no start returns."""
        return self._folder.with_suffix(".hold")

    def _start(self, command: Command) -> DetachedCommand:
        folder = self._folder / command.attempt_id
        folder.mkdir(parents=True)
        (folder / "log").touch()
        process = subprocess.Popen(
            [sys.executable, "-c", WATCHDOG, str(folder), *command.argv],
            cwd=command.working_dir,
            env={**os.environ, **command.environment},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        process.returncode = 0  # nobody waits for it: it outlives this program
        (folder / "pid").write_text(str(process.pid))
        return DetachedCommand(folder, process.pid)

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> RunningCommand | None:
        """Find the folder again."""
        folder = self._folder / command.attempt_id
        pid_file = folder / "pid"
        return DetachedCommand(folder, int(pid_file.read_text())) if pid_file.exists() else None

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        """Kill and remove all others."""
        return end_detached(self._folder, keep_attempt_ids)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Nothing to hold."""
        return nullcontext()


def end_detached(folder: Path, keep_attempt_ids: frozenset[str] = frozenset()) -> list[str]:
    """Kill and remove the commands of a `DetachedRunner`; whose they were."""
    left = [path for path in folder.glob("*") if path.name not in keep_attempt_ids]
    for path in left:
        # Without the file its agent was killed before the command's start was over.
        with suppress(ProcessLookupError, FileNotFoundError):
            os.killpg(int((path / "pid").read_text()), signal.SIGKILL)
        shutil.rmtree(path)
    return [path.name for path in left]


async def _echo(context: TaskContext, properties: Properties) -> TaskResult:
    await context.started("echo")
    await context.log(LogLevel.INFO, str(properties["text"]))
    return TaskResult(outputs={"text": properties["text"]})


async def _shell(context: TaskContext, properties: Properties) -> TaskResult:
    command = Command(
        attempt_id=context.identity.attempt_id,
        argv=[*str(properties.get("program", "/bin/sh -c")).split(), str(properties["script"])],
        environment={},
        working_dir=context.working_dir,
        output_dir=context.output_dir,
        working_dir_token=context.working_dir_token,
        output_dir_token=context.output_dir_token,
    )
    resume = {"greeting": properties.get("greeting", "")}
    finished = await context.run(command, str(properties.get("runner", "auto")), resume)
    return await _shell_ended(context, finished, resume)


async def _shell_ended(
    context: TaskContext, finished: FinishedCommand, resume: Mapping[str, object]
) -> TaskResult:
    if finished.end.exit_code != 0:
        raise TaskFailed(
            f"The script ended with {finished.end.exit_code}.",
            cause=FailureCause.EXIT_CODE,
            outputs={"exitCode": finished.end.exit_code},
        )
    return TaskResult(
        outputs={
            "vars": finished.outputs,
            "greeting": resume["greeting"],
            "stdOutLineCount": finished.stdout_line_count,
        }
    )


async def _wait(context: TaskContext, properties: Properties) -> TaskResult:
    await context.started("wait")
    context.metric("waits", MetricKind.COUNTER, 1)
    await asyncio.sleep(float(str(properties["seconds"])))
    return TaskResult()


async def _chatter(context: TaskContext, properties: Properties) -> TaskResult:
    await context.started("chatter")
    for number in range(int(str(properties["lines"]))):
        await context.log(LogLevel.INFO, f"line {number} {properties.get('padding', '')}")
    return TaskResult()


async def _copy(context: TaskContext, properties: Properties) -> TaskResult:
    path = await context.fetch(str(properties["uri"]))
    stored = await context.store(path, f"copy-of-{path.name}")
    return TaskResult(outputs={"uri": stored.uri, "size": stored.size_bytes})


async def _break(context: TaskContext, properties: Properties) -> TaskResult:
    raise ZeroDivisionError(str(properties["text"]))


async def _odd_outputs(context: TaskContext, properties: Properties) -> TaskResult:
    return TaskResult(outputs={"odd": object()})


def _task_type(name: str, run: object, resume: object = None) -> TaskType:
    return TaskType(
        name=name,
        description="For tests.",
        properties_schema={"type": "object"},
        outputs_schema={"type": "object"},
        run=run,  # type: ignore[arg-type]  # of the shapes above
        resume=resume,  # type: ignore[arg-type]  # of the shapes above
    )


TASK_TYPES = (
    _task_type("test.Echo", _echo),
    _task_type("test.Shell", _shell, _shell_ended),
    _task_type("test.Wait", _wait),
    _task_type("test.Chatter", _chatter),
    _task_type("test.Copy", _copy),
    _task_type("test.Break", _break),
    _task_type("test.OddOutputs", _odd_outputs),
)
