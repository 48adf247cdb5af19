"""The contract of a task type with code that runs on the agent: what a plugin package implements.

A plugin lists its types in an entry point of the group `lanner.tasks`: the named object is a
sequence of `TaskType`. The agent tells the coordinator at Hello which types it has; the coordinator
checks flows against their schemas and sends only what fits.

`run` is called once for an attempt, in a task of its own. It reports by what it returns or raises:

* `TaskResult`: SUCCESS (or WARNING), with outputs.
* `TaskFailed`: FAILED, with a sentence, a cause and outputs that are kept.
* `asyncio.CancelledError` is raised into it at kill, timeout and drain: clean up in `finally` and
  let it pass.
* Anything else is a bug of the task type: FAILED with the exception's text, its traceback in the
  agent's own log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from lanner_agent.runners.contract import Command, CommandEnd, RunningCommand
from lanner_agent.web_policy import WebPolicy


class LogLevel(StrEnum):
    """Severity of a log line, in rising order."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class MetricKind(StrEnum):
    """How values of a metric add up; a timer is in seconds."""

    COUNTER = "counter"
    TIMER = "timer"
    GAUGE = "gauge"


class FailureCause(StrEnum):
    """Why an attempt failed, in the words of the wire contract."""

    EXIT_CODE = "exit code"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    IMAGE = "image"
    CONTAINER_ENGINE = "container engine"
    PROPERTIES = "properties"
    LOST = "lost"
    ARTIFACT = "artifact"
    TASK = "task"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArtifact:
    """A file in artifact storage.

    Attributes:
        uri: `kestra:///…`.
        size_bytes: Its size.
    """

    uri: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """A task that did its work.

    Attributes:
        outputs: JSON-like values by name, as `outputs.<task id>.<name>` in expressions.
        is_warning: The task run ends WARNING instead of SUCCESS.
    """

    outputs: Mapping[str, object] = field(default_factory=dict, repr=False)
    is_warning: bool = False


class TaskFailed(Exception):
    """A task that failed in a way its type foresees.

    Attributes:
        message: A sentence: what happened, to what, what to do.
        cause: Why, for policies and figures.
        outputs: What is kept all the same (`exitCode`, `vars`, `outputFiles` …).
    """

    def __init__(
        self,
        message: str,
        *,
        cause: FailureCause = FailureCause.TASK,
        outputs: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.cause = cause
        self.outputs: Mapping[str, object] = outputs or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskIdentity:
    """Which attempt this is.

    Attributes:
        attempt_id: The fencing token.
        execution_id: Id of the execution.
        task_run_id: Id of the task run.
        namespace: Namespace of the flow.
        flow_id: Id of the flow.
        flow_revision: Revision of the flow.
        task_id: Id of the task in the flow.
        attempt_number: 1 for the first.
    """

    attempt_id: str
    execution_id: str
    task_run_id: str
    namespace: str
    flow_id: str
    flow_revision: int
    task_id: str
    attempt_number: int


class TaskContext(Protocol):
    """What the agent does for a task while it runs.

    Safe to use from the attempt's own tasks; not from threads.
    """

    @property
    def identity(self) -> TaskIdentity:
        """Which attempt this is."""

    @property
    def working_dir(self) -> Path:
        """Working folder of this attempt on this host.

        In a WorkingDirectory it holds what the tasks before left, and stays for those that follow;
        else it is empty and is removed after the attempt.
        """

    @property
    def own_dir(self) -> Path:
        """Empty folder of this attempt alone, for what no other task may see."""

    @property
    def output_dir(self) -> Path:
        """Folder on this host where `collect` puts what the command left in its output folder."""

    @property
    def working_dir_token(self) -> str:
        """Text in the properties for the command's working folder, `{{ workingDir }}`."""

    @property
    def output_dir_token(self) -> str:
        """Text in the properties for the command's output folder, `{{ outputDir }}`."""

    @property
    def variables(self) -> Mapping[str, object]:
        """Flow, execution and task run as expressions see them, without secrets."""

    @property
    def web_policy(self) -> WebPolicy:
        """What tasks on this host may call."""

    async def log(self, level: LogLevel, text: str) -> None:
        """Send one line (texts with line ends become several).

        Secrets are masked here. Waits while the attempt's queue is full.
        """

    def metric(
        self, name: str, kind: MetricKind, value: float, tags: Mapping[str, str] | None = None
    ) -> None:
        """Publish one value; sent with the attempt's end."""

    async def fetch(self, uri: str) -> Path:
        """Bring a file of artifact storage to this host.

        It keeps its own name, in a folder apart from `working_dir`, and is fetched once for the
        attempt.

        Raises:
            TaskFailed: Cause ARTIFACT, when it does not exist or may not be read.
        """

    async def store(self, path: Path, name: str) -> StoredArtifact:
        """Put a file of this host into artifact storage.

        It lands in the folder of the attempt; `name` is a plain relative path.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """

    async def kept_folder(self, key: str, build: Callable[[Path], Awaitable[None]]) -> Path:
        """A folder of this host that later attempts find again; not to be changed once it is built.

        `key` (letters, digits, dashes) says all that its content depends on. `build` gets an empty
        folder, and is not called where the folder is there.
        """

    def chosen_runner(self, runner: str) -> str:
        """What `auto` stands for now, `docker` or `process`; other names stand for themselves."""

    async def fetch_cache(self, path: Path) -> bool:
        """Bring what the task of this flow kept to this host; whether it kept anything.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """

    async def store_cache(self, path: Path) -> None:
        """Keep a file for the next run of this task of this flow, in place of an older one.

        Raises:
            TaskFailed: Cause ARTIFACT.
        """

    async def run(
        self, command: Command, runner: str, resume: Mapping[str, object]
    ) -> FinishedCommand:
        """Run a command to its end.

        `runner` is `docker`, `process` or `auto` (docker when it answers, else process).

        Every line goes to `on_line` parsing and the log as Kestra does: `::{…}::` lines give
        outputs, metrics and logs, other lines of stdout are INFO and of stderr ERROR. Sends
        Started. `resume` (plain JSON, no secrets) is kept on disk: after a crash of the agent the
        type's `resume` gets it. Cancellation stops the command, collects nothing and passes on.

        Raises:
            TaskFailed: Cause IMAGE, CONTAINER_ENGINE or TASK, when the command cannot be started.
        """

    async def started(self, description: str) -> None:
        """Say that work has begun and where, for types that run no command.

        `run` says it by itself.
        """


class FinishedCommand(Protocol):
    """A command that ran to its end and whose files can still be collected."""

    @property
    def end(self) -> CommandEnd:
        """How it ended."""

    @property
    def running(self) -> RunningCommand:
        """For `collect`; discarded by the agent after the task."""

    @property
    def outputs(self) -> Mapping[str, object]:
        """Outputs that `::{"outputs":{…}}::` lines gave, later keys over earlier ones."""

    @property
    def stdout_line_count(self) -> int:
        """Lines of stdout."""

    @property
    def stderr_line_count(self) -> int:
        """Lines of stderr."""


Properties = Mapping[str, object]
"""Rendered properties of a task: JSON-like values."""

Run = Callable[[TaskContext, Properties], Awaitable[TaskResult]]
"""Does the work of an attempt."""

Resume = Callable[[TaskContext, FinishedCommand, Mapping[str, object]], Awaitable[TaskResult]]
"""Ends the work of an attempt whose command was found again after the agent's restart.

From what `run` left in `resume`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """One task type.

    Attributes:
        name: Canonical name, `io.kestra.plugin.…`.
        aliases: Older names of the same type.
        description: First line a sentence; Markdown.
        properties_schema: JSON Schema (draft 2020-12, `additionalProperties: false`) of the type's
            own properties.
        outputs_schema: JSON Schema of its outputs; a text with `writeOnly: true` is a secret: the
            coordinator stores it encrypted and masks what expressions make of it.
        run: Does the work.
        resume: Ends the work after a restart of the agent; absent: the attempt is lost with the
            agent.
        examples: YAML of tasks, for the reference and completion.
    """

    name: str
    aliases: Sequence[str] = ()
    description: str
    properties_schema: Mapping[str, object]
    outputs_schema: Mapping[str, object]
    run: Run
    resume: Resume | None = None
    examples: Sequence[str] = ()
