"""A `TaskContext` for tests of task types: real runners, artifacts in a folder, logs in a list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import (
    Command,
    CommandEnd,
    OutputLine,
    Runner,
    RunningCommand,
    Stream,
)
from lanner_agent.tasks.contract import (
    FailureCause,
    FinishedCommand,
    LogLevel,
    MetricKind,
    StoredArtifact,
    TaskFailed,
    TaskIdentity,
)
from lanner_agent.web_policy import WebPolicy

WORKING_TOKEN = "{{LANNER-WORKING-DIR}}"
OUTPUT_TOKEN = "{{LANNER-OUTPUT-DIR}}"


@dataclass(slots=True, kw_only=True)
class FakeFinishedCommand:
    """A command that ran to its end."""

    end: CommandEnd
    running: RunningCommand
    lines: list[OutputLine]

    @property
    def outputs(self) -> Mapping[str, object]:
        """Outputs of `::{…}::` lines."""
        found: dict[str, object] = {}
        for line in self.lines:
            if line.text.startswith("::{") and line.text.endswith("}::"):
                found |= json.loads(line.text[2:-2]).get("outputs", {})
        return found

    @property
    def stdout_line_count(self) -> int:
        """Lines of stdout."""
        return sum(line.stream is Stream.STDOUT for line in self.lines)

    @property
    def stderr_line_count(self) -> int:
        """Lines of stderr."""
        return sum(line.stream is Stream.STDERR for line in self.lines)


@dataclass(slots=True, kw_only=True)
class FakeTaskContext:
    """The agent's side of one attempt.

    Attributes:
        folder: Everything of it is below this.
        runners: By name; `auto` is the first.
        attempt_id: The attempt.
        logged: What was logged, by level.
        metrics: Values by name.
        resume_notes: What `run` was given for a crash.
        started_descriptions: What was said to have started.
        commands: What was run.
        running: What was run and is not discarded.
        web_policy: What tasks may call.
    """

    folder: Path
    runners: Mapping[str, Runner] = field(default_factory=dict)
    attempt_id: str = "attempt-1"
    logged: list[tuple[LogLevel, str]] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    resume_notes: list[Mapping[str, object]] = field(default_factory=list)
    started_descriptions: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    running: list[RunningCommand] = field(default_factory=list)
    web_policy: WebPolicy = field(default_factory=WebPolicy)

    @property
    def identity(self) -> TaskIdentity:
        """Which attempt this is."""
        return TaskIdentity(
            attempt_id=self.attempt_id,
            execution_id="execution-1",
            task_run_id="task-run-1",
            namespace="company.team",
            flow_id="orders",
            flow_revision=3,
            task_id="transform",
            attempt_number=1,
        )

    @property
    def working_dir(self) -> Path:
        """The attempt's folder."""
        folder = self.folder / "work"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def own_dir(self) -> Path:
        """The attempt's alone."""
        folder = self.folder / "own"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def output_dir(self) -> Path:
        """The attempt's output folder."""
        return self.folder / "output"

    @property
    def working_dir_token(self) -> str:
        """Stands for the working folder."""
        return WORKING_TOKEN

    @property
    def output_dir_token(self) -> str:
        """Stands for the output folder."""
        return OUTPUT_TOKEN

    @property
    def variables(self) -> Mapping[str, object]:
        """Nothing."""
        return {}

    def put(self, name: str, content: bytes) -> str:
        """Put an artifact into storage; its URI."""
        path = self.folder / "storage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"kestra:///{name}"

    def stored(self, uri: str) -> bytes:
        """Content of an artifact."""
        return (self.folder / "storage" / uri.removeprefix("kestra:///")).read_bytes()

    async def log(self, level: LogLevel, text: str) -> None:
        """Keep a line."""
        self.logged.append((level, text))

    def metric(
        self, name: str, kind: MetricKind, value: float, tags: Mapping[str, str] | None = None
    ) -> None:
        """Keep a value."""
        self.metrics[name] = value

    async def fetch(self, uri: str) -> Path:
        """The stored file itself."""
        path = self.folder / "storage" / uri.partition(":///")[2]
        if not path.exists():
            raise TaskFailed(f"There is no file {uri}.", cause=FailureCause.ARTIFACT)
        return path

    async def store(self, path: Path, name: str) -> StoredArtifact:
        """Copy a file into storage."""
        content = await asyncio.to_thread(path.read_bytes)
        uri = self.put(f"attempt/{name}", content)
        return StoredArtifact(uri=uri, size_bytes=len(content))

    async def kept_folder(self, key: str, build: Callable[[Path], Awaitable[None]]) -> Path:
        """A folder below that of the test."""
        path = self.folder / "kept" / key
        if not path.exists():
            path.mkdir(parents=True)
            await build(path)
        return path

    async def fetch_cache(self, path: Path) -> bool:
        """Copy what `store_cache` kept."""
        kept = self.folder / "cache"
        if not kept.exists():
            return False
        content = await asyncio.to_thread(kept.read_bytes)
        await asyncio.to_thread(path.write_bytes, content)
        return True

    async def store_cache(self, path: Path) -> None:
        """Keep a file."""
        content = await asyncio.to_thread(path.read_bytes)
        await asyncio.to_thread((self.folder / "cache").write_bytes, content)

    async def started(self, description: str) -> None:
        """Keep where it runs."""
        self.started_descriptions.append(description)

    def chosen_runner(self, runner: str) -> str:
        """The first runner for `auto`."""
        return next(iter(self.runners)) if runner == "auto" else runner

    async def run(
        self, command: Command, runner: str, resume: Mapping[str, object]
    ) -> FinishedCommand:
        """Run a command with a real runner; it is discarded by `discard`."""
        self.commands.append(command)
        self.resume_notes.append(json.loads(json.dumps(resume)))
        chosen = self.runners[runner] if runner != "auto" else next(iter(self.runners.values()))
        try:
            running = await chosen.start(command)
        except RunnerError as error:
            raise TaskFailed(str(error)) from error
        return await self.watch(running)

    async def watch(self, running: RunningCommand) -> FinishedCommand:
        """Read all lines of a command and wait for its end."""
        self.running.append(running)
        lines: list[OutputLine] = []
        try:
            async for line in running.lines():
                lines.append(line)
                self.logged.append((_level(line), line.text))
            end = await running.wait()
        except asyncio.CancelledError:
            await running.stop(timedelta(seconds=1))
            raise
        return FakeFinishedCommand(end=end, running=running, lines=lines)

    async def discard(self) -> None:
        """Discard what was run, as the agent does after a task."""
        while self.running:
            await self.running.pop().discard()

    def texts(self, level: LogLevel) -> list[str]:
        """What was logged at a level."""
        return [text for at, text in self.logged if at is level]


def _level(line: OutputLine) -> LogLevel:
    return LogLevel.INFO if line.stream is Stream.STDOUT else LogLevel.ERROR
