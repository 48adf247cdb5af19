"""One container, watched to its end."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lanner_agent.runners.contract import Command, CommandEnd, EndCause, OutputLine
from lanner_agent.runners.docker.endings import wait_for_end
from lanner_agent.runners.docker.engine import DockerEngine
from lanner_agent.runners.docker.files import fetch_matching, fetch_output, fetch_whole
from lanner_agent.runners.docker.line_bridge import LineBridge
from lanner_agent.runners.docker.log_follower import LogFollower
from lanner_agent.runners.docker.removal import remove_container
from lanner_agent.runners.folders import found_files

if TYPE_CHECKING:
    from docker import APIClient

SHORT_ID_LENGTH = 12

CONTAINER_KEY = "container_id"
UNCHANGED_KEY = "output_unchanged_at"
UNKNOWN_TIME = "unknown"
"""Of the output folder's last change before the start; its files are always fetched."""

ALREADY_ENDED = 304


class RunningContainer:
    """A container that was started or found again."""

    def __init__(
        self,
        engine: DockerEngine,
        command: Command,
        handle: Mapping[str, str],
        since: datetime | None = None,
        warnings: Sequence[str] = (),
    ) -> None:
        """Take over a container.

        Args:
            engine: Where it is.
            command: What runs in it; of one that was found again, its folders suffice.
            handle: Its id, and when its output folder last changed before the start.
            since: Lines from then on are read; absent: all.
            warnings: What people should know of its start.
        """
        self._warnings = tuple(warnings)
        self._engine = engine
        self._command = command
        self._handle = dict(handle)
        self._since = since
        self._ending: asyncio.Future[CommandEnd] | None = None
        self._is_stopped = False

    @property
    def description(self) -> str:
        """`docker` and the short id."""
        return f"docker {self._container_id[:SHORT_ID_LENGTH]}"

    @property
    def handle(self) -> Mapping[str, str]:
        """The id, and what tells whether the output folder has files."""
        return dict(self._handle)

    @property
    def warnings(self) -> Sequence[str]:
        """What was told of its start."""
        return self._warnings

    async def lines(self) -> AsyncIterator[OutputLine]:
        """Lines of the container's log, as they are written."""
        bridge = LineBridge()
        follower = LogFollower(self._engine, self._container_id, self._since, bridge)
        following = self._engine.watch(follower.follow, "The container's log cannot be read")
        following.add_done_callback(lambda _: bridge.end())
        _ignore_errors(following)
        try:
            async for line in bridge.lines():
                yield line
            # Ended with the lines: tells why where that was too early.
            await following
        finally:
            bridge.leave()
            follower.abort()

    async def wait(self) -> CommandEnd:
        """Wait for the end of the container."""
        # No limit: the attempt's timeout is the caller's.
        end = await asyncio.shield(self._end())
        if self._is_stopped and end.cause is not EndCause.LOST:
            return replace(end, cause=EndCause.STOPPED, message="")
        return end

    async def stop(self, grace: timedelta) -> None:
        """Terminate the container, and kill it after `grace`."""
        ending = self._end()
        if ending.done():
            return
        self._is_stopped = True
        status = await self._engine.watch(
            lambda client: self._stop(client, grace), "The container cannot be stopped"
        )
        if status == ALREADY_ENDED:
            self._is_stopped = False
        # No limit: the engine has just said that it has ended.
        await asyncio.shield(ending)

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        """Fetch files from the container; mounted ones are here already."""
        if not self._unchanged_at:
            return await found_files(self._command.working_dir, patterns)
        return await self._engine.watch(
            lambda client: self._fetch(client, patterns),
            "The container's files cannot be fetched",
        )

    async def discard(self) -> None:
        """Remove the container and its volumes."""
        await self._engine.call(
            lambda client: remove_container(client, self._container_id),
            "The container cannot be removed",
        )

    @property
    def _container_id(self) -> str:
        return self._handle[CONTAINER_KEY]

    @property
    def _unchanged_at(self) -> str:
        return self._handle.get(UNCHANGED_KEY, "")

    def _end(self) -> asyncio.Future[CommandEnd]:
        """The one wait for the end, for all who wait."""
        if self._ending is None:
            self._ending = self._engine.watch(
                lambda client: wait_for_end(
                    self._engine, client, self._container_id, lambda: self._is_stopped
                ),
                "The container cannot be waited for",
            )
            _ignore_errors(self._ending)
        return self._ending

    def _stop(self, client: APIClient, grace: timedelta) -> int:
        seconds = str(math.ceil(grace.total_seconds()))
        path = f"/containers/{self._container_id}/stop"
        with self._engine.stream(client, "POST", path, {"t": seconds}) as answer:
            return answer.status_code

    def _fetch(self, client: APIClient, patterns: Sequence[str]) -> Sequence[Path]:
        target = self._command.output_dir
        fetch_output(self._engine, client, self._container_id, target, self._unchanged_at)
        if self._command.keeps_files:
            fetch_whole(self._engine, client, self._container_id, self._command)
        return fetch_matching(self._engine, client, self._container_id, self._command, patterns)


def _ignore_errors(future: asyncio.Future[CommandEnd] | asyncio.Future[None]) -> None:
    """Keep asyncio from complaining about an error that nobody was there to see."""
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
