"""What a task type gets to work with: the agent's side of `TaskContext`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from lanner_agent.artifacts import Artifacts
from lanner_agent.attempt_record import RunningRecord
from lanner_agent.clock import Clock
from lanner_agent.command_runners import CommandRunners
from lanner_agent.command_watch import CommandWatch
from lanner_agent.data_folder import WorkFolder
from lanner_agent.endings import cause_of
from lanner_agent.errors import RunnerError
from lanner_agent.hidden_arguments import with_secrets_named, without_secret_arguments
from lanner_agent.kept_folders import Build, KeptFolders
from lanner_agent.log_stream import LogStream
from lanner_agent.masking import Masker
from lanner_agent.metrics import Metrics
from lanner_agent.reports import Metric
from lanner_agent.runners.contract import Command, RunningCommand
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

# After a command was stopped its last lines are waited for no longer than this.
LAST_LINES_SECONDS = 5.0

_EXPOSED = (
    "A secret stands among the arguments of the program, where other processes of the host can "
    "read it: give it in `env`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTools:
    """What an attempt has of its own and what it shares with others.

    Attributes:
        clock: Tells the time of day.
        runners: All runners of the agent.
        folder: The attempt's folder.
        logs: Its log.
        masker: Its secrets.
        metrics: Its metrics.
        artifacts: Its files in artifact storage.
        kept_folders: Folders that outlive attempts.
        web_policy: What tasks may call.
        group: Owns what must go on when the task's own code is cancelled.
    """

    clock: Clock
    runners: CommandRunners
    folder: WorkFolder
    logs: LogStream
    masker: Masker
    metrics: Metrics
    artifacts: Artifacts
    kept_folders: KeptFolders
    web_policy: WebPolicy
    group: asyncio.TaskGroup


@dataclass(slots=True, kw_only=True)
class StopOrder:
    """How a command is stopped when its task is cancelled.

    Attributes:
        grace: Between the polite and the hard signal.
        leave_running: It is not: the agent goes and will find it again.
    """

    grace: timedelta = timedelta(seconds=10)
    leave_running: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFacts:
    """What a task type may know of its attempt.

    Attributes:
        identity: Which attempt this is.
        working_dir_token: Stands for the command's working folder.
        output_dir_token: Stands for the command's output folder.
        variables: Flow, execution and task run as expressions see them.
    """

    identity: TaskIdentity
    working_dir_token: str
    output_dir_token: str
    variables: Mapping[str, object] = field(repr=False)


class AttemptContext:
    """The context of one attempt."""

    def __init__(
        self,
        facts: AttemptFacts,
        tools: AttemptTools,
        say_started: Callable[[str], None],
        remember: Callable[[RunningRecord], asyncio.Future[None] | None],
    ) -> None:
        """Begin with nothing started.

        Args:
            facts: What the task may know.
            tools: What it works with.
            say_started: Told where the work runs; repeated calls are harmless.
            remember: Keeps on disk how a command is found again after a crash; what it returns
                ends when that is written.
        """
        self._facts = facts
        self._tools = tools
        self._say_started = say_started
        self._remember = remember
        self._commands: list[RunningCommand] = []
        self._is_folder_made = False
        self._held_folders = AsyncExitStack()
        self.stop_order = StopOrder()

    @property
    def identity(self) -> TaskIdentity:
        """Which attempt this is."""
        return self._facts.identity

    @property
    def working_dir(self) -> Path:
        """Working folder of this attempt on this host."""
        return self._made_folder().working_dir

    @property
    def own_dir(self) -> Path:
        """Folder of this attempt alone."""
        folder = self._made_folder().own_dir
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def output_dir(self) -> Path:
        """Folder on this host where `collect` puts the command's output folder."""
        return self._made_folder().output_dir

    @property
    def working_dir_token(self) -> str:
        """Stands in the properties for the command's working folder."""
        return self._facts.working_dir_token

    @property
    def output_dir_token(self) -> str:
        """Stands in the properties for the command's output folder."""
        return self._facts.output_dir_token

    @property
    def variables(self) -> Mapping[str, object]:
        """Flow, execution and task run as expressions see them."""
        return self._facts.variables

    @property
    def web_policy(self) -> WebPolicy:
        """What tasks on this host may call."""
        return self._tools.web_policy

    async def log(self, level: LogLevel, text: str) -> None:
        """Send one line, or several."""
        await self._tools.logs.write(self._tools.clock.now(), level, text)

    def metric(
        self, name: str, kind: MetricKind, value: float, tags: Mapping[str, str] | None = None
    ) -> None:
        """Publish one value."""
        self._tools.metrics.add(Metric(name=name, kind=kind, value=value, tags=dict(tags or {})))

    async def fetch(self, uri: str) -> Path:
        """Bring a file of artifact storage to this host."""
        return await self._tools.artifacts.fetch(uri)

    async def store(self, path: Path, name: str) -> StoredArtifact:
        """Put a file of this host into artifact storage."""
        return await self._tools.artifacts.store(path, name)

    async def kept_folder(self, key: str, build: Build) -> Path:
        """A folder that outlives the attempt, built if it is not there."""
        held = self._tools.kept_folders.held(key, build)
        return await self._held_folders.enter_async_context(held)

    async def fetch_cache(self, path: Path) -> bool:
        """Bring what the task kept to this host."""
        return await self._tools.artifacts.fetch_cache(path)

    async def store_cache(self, path: Path) -> None:
        """Keep a file for the task's next run."""
        await self._tools.artifacts.store_cache(path)

    async def started(self, description: str) -> None:
        """Say that work has begun and where."""
        self._say_started(description)

    def chosen_runner(self, runner: str) -> str:
        """The name of the runner that `run` would take now."""
        return self._tools.runners.chosen(runner)

    async def run(
        self, command: Command, runner: str, resume: Mapping[str, object]
    ) -> FinishedCommand:
        """Run a command to its end."""
        command = without_secret_arguments(command, self._tools.masker)
        command = with_secrets_named(command, self._tools.masker)
        if command.has_secret_arguments:
            await self.log(LogLevel.WARN, _EXPOSED)
        if self._tools.folder.shared_root is not None:
            command = replace(command, keeps_files=True)
        try:
            chosen = await self._tools.runners.ready(runner)
            record = RunningRecord(
                runner=chosen.name,
                handle={},
                resume=dict(resume),
                labels=dict(command.labels),
                deadline_at=None,
            )
            if chosen.can_reattach:
                await self._keep(record)
            running = await chosen.start(command)
        except RunnerError as error:
            raise TaskFailed(str(error), cause=cause_of(error)) from error
        self._commands.append(running)
        self._is_running(running, record)
        for warning in running.warnings:
            await self.log(LogLevel.WARN, warning)
        return await self._watch(running)

    async def attach(self, running: RunningCommand, record: RunningRecord) -> FinishedCommand:
        """Go on with a command that ran before the agent's restart."""
        self._commands.append(running)
        if record.is_preparing:
            self._is_running(running, record)
        return await self._watch(running)

    def adopt(self, running: RunningCommand) -> None:
        """Have a command that ran before the agent's restart removed with the attempt."""
        self._commands.append(running)

    @property
    def has_commands(self) -> bool:
        """A command was started or found again."""
        return bool(self._commands)

    async def _keep(self, record: RunningRecord) -> None:
        """Have the record written before what it finds again can be there."""
        written = self._remember(record)
        if written is not None:
            # No limit: the disk has one writer. An error was logged by it, and costs a restarted
            # agent the way back, not the task its run.
            await asyncio.wait({written})

    def _is_running(self, running: RunningCommand, record: RunningRecord) -> None:
        # In this order on disk: what is found again by its handle was reported as started.
        self._say_started(running.description)
        if running.handle:
            self._remember(msgspec.structs.replace(record, handle=dict(running.handle)))

    def _made_folder(self) -> WorkFolder:
        # Made when first asked for: many tasks never do, and those that do wait for a thread
        # longer than for three empty folders.
        if not self._is_folder_made:
            try:
                self._tools.folder.make()
            except OSError as error:
                raise TaskFailed(
                    f"The agent cannot make the attempt's folder: {error.strerror}.",
                    cause=FailureCause.TASK,
                ) from error
            self._is_folder_made = True
        return self._tools.folder

    async def _watch(self, running: RunningCommand) -> FinishedCommand:
        tools = self._tools
        watch = CommandWatch(running, tools.logs, tools.masker, tools.metrics)
        try:
            await watch.watch(tools.group)
        except asyncio.CancelledError:
            if self.stop_order.leave_running:
                await watch.last_lines(within_seconds=0)
            else:
                await running.stop(self.stop_order.grace)
                await watch.last_lines(LAST_LINES_SECONDS)
            raise
        return watch

    async def discard(self) -> None:
        """Remove what is left of all commands.

        Raises:
            RunnerError: Something is left; a later start of the agent removes it.
        """
        while self._commands:
            await self._commands.pop().discard()
        await self._held_folders.aclose()
