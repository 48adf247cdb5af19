from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

import pytest

from lanner_agent.command_runners import CommandRunners
from lanner_agent.errors import RunnerError, RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.runners.contract import Command, RunningCommand


class Runner:
    """A runner that only answers, or not, and is cleaned up."""

    def __init__(self, name: str, *, is_up: bool = True) -> None:
        self._name = name
        self.is_up = is_up
        self.can_reap = True
        self.reaped: list[frozenset[str]] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def can_reattach(self) -> bool:
        return False

    async def is_available(self) -> bool:
        return self.is_up

    async def start(self, command: Command) -> RunningCommand:
        raise RunnerError("These tests start nothing.")

    async def reattach(
        self, command: Command, handle: Mapping[str, str], since: datetime | None
    ) -> RunningCommand | None:
        return None

    async def reap(self, keep_attempt_ids: frozenset[str]) -> Sequence[str]:
        if not self.can_reap:
            raise RunnerUnavailable("The engine went away.")
        self.reaped.append(keep_attempt_ids)
        return ["attempt-0"]

    def running(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


def runners_of(*runners: Runner) -> CommandRunners:
    return CommandRunners(runners, lambda: frozenset({AttemptId("attempt-1")}))


async def test_containers_are_chosen_where_an_engine_answers() -> None:
    docker, process = Runner("docker"), Runner("process")
    runners = runners_of(docker, process)
    async with runners.running():
        assert await runners.ready("auto") is docker
        assert runners.has_container_engine


async def test_processes_are_chosen_where_no_engine_answers() -> None:
    docker, process = Runner("docker", is_up=False), Runner("process")
    runners = runners_of(docker, process)
    async with runners.running():
        assert await runners.ready("auto") is process
        assert not runners.has_container_engine


async def test_what_earlier_boots_left_is_removed_once_at_the_start() -> None:
    docker = Runner("docker")
    runners = runners_of(docker)
    async with runners.running():
        await runners.look()

    assert docker.reaped == [frozenset({"attempt-1"})]


async def test_an_engine_that_comes_later_is_cleaned_up_before_it_is_used() -> None:
    docker = Runner("docker", is_up=False)
    runners = runners_of(docker)
    async with runners.running():
        with pytest.raises(RunnerUnavailable, match="does not answer"):
            await runners.ready("docker")
        docker.is_up = True

        assert await runners.ready("docker") is docker

    assert docker.reaped == [frozenset({"attempt-1"})]


async def test_an_engine_that_cannot_be_cleaned_up_is_not_used_yet() -> None:
    docker = Runner("docker")
    docker.can_reap = False
    runners = runners_of(docker)
    async with runners.running():
        with pytest.raises(RunnerUnavailable):
            await runners.ready("docker")


async def test_an_unknown_runner_is_refused_with_those_there_are() -> None:
    runners = runners_of(Runner("docker"), Runner("process"))
    async with runners.running():
        with pytest.raises(RunnerUnavailable, match='no runner "podman"; it has: docker, process'):
            await runners.ready("podman")


async def test_a_runner_that_breaks_when_it_is_asked_counts_as_away() -> None:
    class Broken(Runner):
        async def is_available(self) -> bool:
            raise RunnerError("confused")

    runners = runners_of(Broken("docker"))
    async with runners.running():
        assert not runners.has_container_engine
