"""The contract of a runner: one command, run once, watched to its end.

Order of calls for one attempt: `start`, then `wait` until it returns; `stop` may come at any time
after `start` began, from another task, and makes `wait` return. `collect` may be called after
`wait` until `discard`. `discard` is called exactly once, also after an error or a cancelled
`start`, and leaves nothing of the attempt behind (container, process group, folder). After a crash
of the agent `reattach` takes the place of `start`. Calls on different attempts run concurrently.
Cancelling a call leaves the command running.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Stream(StrEnum):
    """Where a line of a command was written to."""

    STDOUT = "stdout"
    STDERR = "stderr"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputLine:
    """One line that the command wrote.

    Attributes:
        at: When it was written; the engine's timestamp for containers, else when it was read.
            Aware, UTC.
        stream: Where it was written to.
        text: The line without its end, decoded as UTF-8 with replacement, at most 64 KiB; longer
            lines come in pieces.
    """

    at: datetime
    stream: Stream
    text: str


class EndCause(StrEnum):
    """Why a command ended."""

    EXITED = "exited"
    OUT_OF_MEMORY = "out of memory"
    STOPPED = "stopped"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnd:
    """How a command ended.

    Attributes:
        exit_code: The program's exit code; 128 + signal where a signal ended it; absent when it was
            lost.
        cause: `STOPPED` only when `stop` ended it; `LOST` when the runner cannot say (its container
            is gone).
        message: A sentence for people, for example `out of memory (limit 512 MiB)`; empty when
            there is nothing to add.
    """

    exit_code: int | None
    cause: EndCause
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerOptions:
    """What a container gets beyond the command; ignored by runners without containers.

    Attributes:
        image: Reference of the image.
        pull_policy: `ALWAYS`, `IF_NOT_PRESENT` or `NEVER`.
        network_mode: Docker's network mode or a network's name; absent: the engine's bridge.
        entrypoint: Replaces the image's; an empty tuple clears it; absent: the image's own.
        user: `uid[:gid]` or a name in the image; absent: the image's.
        cpus: Limit in processors, 0.5 is half of one; absent: the agent's default.
        memory_bytes: Limit; absent: the agent's default.
        shm_bytes: Size of /dev/shm; absent: the engine's default.
        extra_hosts: `name:address` entries for the container's hosts file.
        volumes: `host:container[:ro]` mounts; refused unless the host's policy allows them.
        privileged: Refused unless the host's policy allows it.
        port_bindings: `[host:]container` ports.
        device_requests: As Docker's API has them (`driver`, `count`, `deviceIDs`, `capabilities`,
            `options`).
        file_handling: `VOLUME`: files are copied in and out; `MOUNT`: the attempt's folder is
            mounted.
        registry_credentials: `username`, `password`, `registry` … for the pull; never logged.
    """

    image: str
    pull_policy: str = "IF_NOT_PRESENT"
    network_mode: str | None = None
    entrypoint: Sequence[str] | None = None
    user: str | None = None
    cpus: float | None = None
    memory_bytes: int | None = None
    shm_bytes: int | None = None
    extra_hosts: Sequence[str] = ()
    volumes: Sequence[str] = ()
    privileged: bool = False
    port_bindings: Sequence[str] = ()
    device_requests: Sequence[Mapping[str, object]] = ()
    file_handling: str = "VOLUME"
    registry_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command to run.

    Attributes:
        attempt_id: The fencing token; containers are labelled with it.
        argv: Program and arguments. The texts of `working_dir_token` and `output_dir_token` in
            arguments, environment and `text_files` are replaced by the runner with the paths that
            the command sees.
        environment: Variables of the command, never logged. `WORKING_DIR` and `OUTPUT_DIR` are
            added by the runner.
        working_dir: Folder on this host whose content the command finds in its working folder.
        output_dir: Folder on this host that holds, after `collect`, what the command left in its
            output folder.
        libraries: Folders of this host that the command may read and must not change, by the token
            that stands for the path at which it sees them.
        text_files: Relative path to text, written into the working folder after the tokens are
            replaced.
        working_dir_token: Stands for the working folder as the command sees it.
        output_dir_token: Stands for the output folder as the command sees it.
        labels: Labels of the container, for people (`lanner.dev/…` names and Kestra's `kestra.io/…`
            ones).
        container: Needed by the docker runner, ignored by others.
        keeps_files: Others work in the working folder later: `collect` leaves it there as the
            command left it.
        secret_variables: Names of variables whose values are secrets, to be told to nobody but
            the command.
        has_secret_arguments: There are secrets in `argv` or the container's entry point, to be
            told to nobody but the command as far as that can be.
    """

    attempt_id: str
    argv: Sequence[str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    working_dir: Path
    output_dir: Path
    text_files: Mapping[str, str] = field(default_factory=dict, repr=False)
    libraries: Mapping[str, Path] = field(default_factory=dict)
    working_dir_token: str
    output_dir_token: str
    labels: Mapping[str, str] = field(default_factory=dict)
    container: ContainerOptions | None = None
    keeps_files: bool = False
    secret_variables: frozenset[str] = frozenset()
    has_secret_arguments: bool = False


class RunningCommand(Protocol):
    """A command that was started or found again."""

    @property
    def description(self) -> str:
        """Where it runs, for people: `docker 4f1c20e7a1b2`, `process 4711`."""

    @property
    def handle(self) -> Mapping[str, str]:
        """What `reattach` needs after a crash: plain texts without secrets.

        Empty where there is no way back.
        """

    @property
    def warnings(self) -> Sequence[str]:
        """What people should know of how it was started, in sentences."""

    def lines(self) -> AsyncIterator[OutputLine]:
        """Lines as they are written, to the end; a slow reader slows the command's pipe.

        To be iterated once.
        """

    async def wait(self) -> CommandEnd:
        """Wait for the end. No limit of its own: the attempt's timeout is the caller's."""

    async def stop(self, grace: timedelta) -> None:
        """End it: politely, after `grace` for good, with all that it started.

        Returns when it has ended; harmless afterwards.
        """

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        """Bring files back to this host after the end.

        Everything in the command's output folder lands in `Command.output_dir`; files of the
        working folder that match one of the glob `patterns` land in `Command.working_dir`.

        Returns:
            Paths relative to `working_dir` of the files that match `patterns`, sorted.

        Raises:
            RunnerError: The files cannot be had.
        """

    async def discard(self) -> None:
        """Remove all that is left of it. Harmless when repeated."""


class Runner(Protocol):
    """A way to run commands."""

    @property
    def name(self) -> str:
        """`docker`, `process` or `scripted`."""

    @property
    def can_reattach(self) -> bool:
        """Whether its commands go on without the agent and `reattach` finds them."""

    async def is_available(self) -> bool:
        """Whether commands can be run now; cheap enough for every heartbeat."""

    async def start(self, command: Command) -> RunningCommand:
        """Prepare files, get the image, start.

        Raises:
            ImageUnavailable: The image cannot be had; says image, registry and answer.
            RunnerUnavailable: The engine does not answer.
            PolicyRefused: The host's policy forbids what the command asks for.
            RunnerError: Anything else, for example an unknown program.
        """

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> RunningCommand | None:
        """Find a command again that ran before the agent's restart; absent when it is gone.

        The handle is empty where the agent was killed before `start` returned: then the attempt's
        id finds the command, and one that was only prepared counts as gone and is removed. Lines
        from `since` on are read again.
        """

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        """Remove what earlier boots of this agent left of other attempts.

        Attempt ids of what was removed.
        """

    def running(self) -> AbstractAsyncContextManager[None]:
        """Hold the runner's resources (threads, connections) while the context is open."""
