"""The runners of this agent: which of them answer, which one a task gets, what is left of others.

A runner's engine may go and come back while the agent runs. What earlier boots of the agent left in
it is removed when it first answers; no command is started at that time, so that nothing new is
taken for something old.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from lanner_agent.errors import RunnerError, RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.runners.contract import Runner

log = logging.getLogger(__name__)

CONTAINERS = "docker"
PROCESSES = "process"
AUTO = "auto"
ANSWER_SECONDS = 10.0

KeptIds = Callable[[], frozenset[AttemptId]]
"""Attempts whose commands of an earlier boot are gone on with."""


class CommandRunners:
    """The runners by name."""

    def __init__(self, runners: Sequence[Runner], kept_ids: KeptIds) -> None:
        self._by_name: Mapping[str, Runner] = {runner.name: runner for runner in runners}
        self._kept_ids = kept_ids
        self._available: frozenset[str] = frozenset()
        self._unreaped = set(self._by_name)
        self._is_reaping = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the runners' resources while the context is open."""
        async with AsyncExitStack() as stack:
            for runner in self._by_name.values():
                await stack.enter_async_context(runner.running())
            await self.look()
            yield

    @property
    def has_container_engine(self) -> bool:
        """A container engine answered when it was last asked."""
        return CONTAINERS in self._available

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    async def look(self) -> None:
        """Ask all runners whether they can work, and clean up in those that answer first now."""
        answers = await asyncio.gather(*map(self._answers, self._by_name.values()))
        available = frozenset(
            name for name, is_there in zip(self._by_name, answers, strict=True) if is_there
        )
        for name in sorted(self._available - available):
            log.warning('The runner "%s" does not answer any longer.', name)
        self._available = available
        for name in sorted(self._unreaped & available):
            await self._reap(self._by_name[name])

    async def _answers(self, runner: Runner) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await runner.is_available()
        except (TimeoutError, RunnerError):
            return False

    async def _reap(self, runner: Runner) -> None:
        async with self._is_reaping:
            if runner.name not in self._unreaped:
                return
            try:
                # No limit: the engine has just answered, and its commands must wait for it anyway.
                removed = await runner.reap(frozenset(self._kept_ids()))
            except RunnerError as error:
                log.warning('The runner "%s" could not clean up: %s', runner.name, error)
                return
            self._unreaped.discard(runner.name)
        if removed:
            log.info('Removed what was left in "%s" of: %s.', runner.name, ", ".join(removed))

    async def ready(self, name: str) -> Runner:
        """The runner to start a command with; waits while it is being cleaned up.

        Args:
            name: `docker`, `process`, … or `auto`: containers where an engine answers.

        Raises:
            RunnerUnavailable: There is no such runner, or its engine does not answer.
        """
        runner = self.named(self.chosen(name))
        if runner.name in self._unreaped:
            await self.look()
            if runner.name in self._unreaped:
                raise RunnerUnavailable(f'The runner "{name}" does not answer on this agent.')
        return runner

    def chosen(self, name: str) -> str:
        """The name that `auto` stands for now; other names stand for themselves."""
        if name != AUTO:
            return name
        return CONTAINERS if self.has_container_engine else PROCESSES

    def named(self, name: str) -> Runner:
        """The runner of this name.

        Raises:
            RunnerUnavailable: There is none.
        """
        runner = self._by_name.get(name)
        if runner is None:
            known = ", ".join(sorted(self._by_name)) or "none"
            raise RunnerUnavailable(f'This agent has no runner "{name}"; it has: {known}.')
        return runner
