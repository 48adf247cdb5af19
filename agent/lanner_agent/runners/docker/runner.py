"""Runs commands in containers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

from lanner_agent.errors import ImageUnavailable, RunnerError
from lanner_agent.runners.contract import Command
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.creation import ContainerPlan, create_container, mounts_output
from lanner_agent.runners.docker.engine import DockerEngine
from lanner_agent.runners.docker.files import bring_in, has_file, has_files, prepare_on_host
from lanner_agent.runners.docker.hidden_start import (
    SHELL,
    HiddenStart,
    hides_anything,
    names_in_the_open,
)
from lanner_agent.runners.docker.images import Images, image_config
from lanner_agent.runners.docker.removal import containers_of_agent, remove_container
from lanner_agent.runners.docker.running import (
    CONTAINER_KEY,
    UNCHANGED_KEY,
    UNKNOWN_TIME,
    RunningContainer,
)

if TYPE_CHECKING:
    from docker import APIClient

AVAILABLE_SECONDS = 2.0
PING_SECONDS = 5.0
NO_SUCH_FOLDER = "bind source path does not exist"

Handle = Mapping[str, str]

Started = tuple[Handle, Sequence[str]]
"""A container that was started, and what people should know of that."""

_NO_SHELL = (
    "The image {} has no /bin/sh, through which secrets could be given unseen: whoever may use "
    "the container engine can read those of this task with `docker inspect`."
)
_NO_NAME = (
    "No shell can set the variable {}, through which its secret could be given unseen: whoever may "
    "use the container engine can read it with `docker inspect`. Give it another name."
)


class DockerRunner:
    """The runner `docker`."""

    def __init__(self, config: DockerConfig) -> None:
        self._config = config
        self._engine = DockerEngine(config)
        self._images = Images(self._engine, config.pull_tries)
        self._has_init = True
        self._shares_files = config.shares_files
        self._seen_at = float("-inf")

    @property
    def name(self) -> str:
        """`docker`."""
        return "docker"

    @property
    def can_reattach(self) -> bool:
        """Containers go on without the agent."""
        return True

    async def is_available(self) -> bool:
        """Whether the engine answers, now or a moment ago."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._seen_at < AVAILABLE_SECONDS:
            return True
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._engine.call(lambda client: client.ping(), "Docker cannot be asked")
        except (RunnerError, TimeoutError):
            return False
        self._seen_at = loop.time()
        return True

    async def start(self, command: Command) -> RunningContainer:
        """Create a container, bring in the files, start it."""
        plan = await self._prepared(command)
        if plan.options.pull_policy == "ALWAYS":
            await self._images.pull(plan.options)
        started = await self._start(plan)
        if started is None and plan.options.pull_policy != "NEVER":
            await self._images.pull(plan.options)
            started = await self._start(plan)
        if started is None:
            raise ImageUnavailable(
                f'The image "{plan.options.image}" is not on this host: pull it there, or choose'
                " another `pullPolicy`."
            )
        handle, warnings = started
        return RunningContainer(self._engine, command, handle, warnings=warnings)

    async def _prepared(self, command: Command) -> ContainerPlan:
        plan = ContainerPlan.of(command, self._config, may_mount=self._shares_files)

        def prepare() -> bool:
            prepare_on_host(plan)
            return has_files(plan)

        return replace(plan, has_files=await asyncio.to_thread(prepare))

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> RunningContainer | None:
        """Find a container by its id, or by the attempt's label; one never started is removed."""
        found = await self._engine.call(
            lambda client: self._find(client, command.attempt_id, handle),
            "The container cannot be found",
        )
        return RunningContainer(self._engine, command, found, since) if found else None

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        """Remove the agent's containers of all other attempts."""
        return await self._engine.watch(
            lambda client: self._reap(client, keep_attempt_ids),
            "Containers of earlier attempts cannot be removed",
        )

    def running(self) -> AbstractAsyncContextManager[None]:
        """Close connections and threads at the end; containers go on."""
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.to_thread(self._engine.close)

    async def _start(self, plan: ContainerPlan) -> Started | None:
        """Create and start; absent when the engine does not have the image.

        A start that is cancelled takes back what it has done.
        """
        abandoned = Event()
        doing = f'The container of the image "{plan.options.image}" cannot be started'
        starting = self._engine.watch(
            lambda client: self._create_and_start(client, plan, abandoned), doing
        )
        try:
            # No limit of its own: the client has one for every answer.
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            abandoned.set()
            with suppress(RunnerError):
                await starting
            raise

    def _create_and_start(
        self, client: APIClient, plan: ContainerPlan, abandoned: Event
    ) -> Started | None:
        from docker.errors import APIError, ImageNotFound

        with_init = self._has_init
        try:
            return self._create_and_start_once(client, plan, abandoned, with_init=with_init)
        except ImageNotFound:
            return None
        except APIError as refusal:
            if plan.mounts_files and not plan.must_mount and NO_SUCH_FOLDER in str(refusal):
                # An engine elsewhere, or in another file system, has no folder of this name.
                self._shares_files = False
                copying = replace(plan, mounts_files=False)
                copying = replace(copying, has_files=has_files(copying))
                return self._create_and_start(client, copying, abandoned)
            if not with_init or "docker-init" not in str(refusal.explanation):
                raise
            # Some engines come without the program that forwards signals to the command.
            self._has_init = False
            return self._create_and_start_once(client, plan, abandoned, with_init=False)

    def _create_and_start_once(
        self, client: APIClient, plan: ContainerPlan, abandoned: Event, *, with_init: bool
    ) -> Started:
        hidden = self._hidden_start(client, plan)
        container_id = create_container(
            client, plan, self._config, with_init=with_init, hidden=hidden
        )
        warnings = [_NO_NAME.format(name) for name in names_in_the_open(plan.command)]
        try:
            if hidden is not None and not has_file(self._engine, client, container_id, SHELL):
                remove_container(client, container_id)
                container_id = create_container(client, plan, self._config, with_init=with_init)
                hidden, warnings = None, [_NO_SHELL.format(plan.options.image)]
            unchanged_at = bring_in(self._engine, client, container_id, plan)
            if not abandoned.is_set():
                _start(client, container_id, hidden)
        except BaseException:
            remove_container(client, container_id)
            raise
        if abandoned.is_set():
            remove_container(client, container_id)
        return {CONTAINER_KEY: container_id, UNCHANGED_KEY: unchanged_at}, warnings

    @staticmethod
    def _hidden_start(client: APIClient, plan: ContainerPlan) -> HiddenStart | None:
        if not hides_anything(plan.command):
            return None
        image = image_config(client, plan.options.image)
        return HiddenStart.of(plan.command, plan.seen, image)

    def _find(self, client: APIClient, attempt_id: str, handle: Mapping[str, str]) -> Handle | None:
        from docker.errors import NotFound

        container_id = handle.get(CONTAINER_KEY)
        if container_id is None:
            ours = containers_of_agent(client, self._config)
            container_id = next((found for found in ours if ours[found] == attempt_id), "")
        if not container_id:
            return None
        try:
            container = client.inspect_container(container_id)
        except NotFound:
            return None
        if container["State"]["Status"] == "created":
            remove_container(client, container_id)
            return None
        unchanged_at = "" if mounts_output(container) else UNKNOWN_TIME
        return {UNCHANGED_KEY: unchanged_at, **handle, CONTAINER_KEY: container_id}

    def _reap(self, client: APIClient, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        reaped = {
            container_id: attempt_id
            for container_id, attempt_id in containers_of_agent(client, self._config).items()
            if attempt_id not in keep_attempt_ids
        }
        for container_id in reaped:
            remove_container(client, container_id)
        return sorted(set(reaped.values()))


def _start(client: APIClient, container_id: str, hidden: HiddenStart | None) -> None:
    if hidden is None:
        client.start(container_id)
    else:
        hidden.start(client, container_id)
