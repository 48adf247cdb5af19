"""An engine that is away for a moment, or for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_agent.errors import RunnerUnavailable
from lanner_agent.runners.contract import EndCause
from tests.integration.runners.docker_bench import DockerBench
from tests.integration.runners.docker_proxy import DockerProxy, docker_proxy
from tests.support.commands import all_lines


@pytest.fixture
async def proxy(tmp_socket_dir: Path) -> AsyncIterator[DockerProxy]:
    async with docker_proxy(tmp_socket_dir) as proxy:
        yield proxy


async def test_a_container_is_watched_on_when_the_engine_is_back(
    docker_bench: DockerBench, proxy: DockerProxy
) -> None:
    command = docker_bench.command(
        "echo one; while [ ! -e go ]; do sleep 0.1; done; echo two >&2; echo three"
    )
    runner = docker_bench.runner(host=proxy.host)
    async with asyncio.timeout(90), runner.running():
        running = await runner.start(command)
        lines = running.lines()
        first = await anext(aiter(lines))
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(running.wait())
            await asyncio.sleep(0)

            proxy.cut()
            (container,) = docker_bench.engine.containers_of(command.attempt_id)
            container.exec_run(["touch", "/lanner/work/go"])
            proxy.mend()

            rest = [line.text async for line in lines]
        await running.discard()

    assert [first.text, *sorted(rest)] == ["one", "three", "two"]
    assert (waiting.result().exit_code, waiting.result().cause) == (0, EndCause.EXITED)


async def test_an_engine_that_stays_away_ends_the_patience(
    docker_bench: DockerBench, proxy: DockerProxy
) -> None:
    command = docker_bench.command("echo one; sleep 600")
    runner = docker_bench.runner(host=proxy.host, patience_seconds=0.5)
    async with asyncio.timeout(60), runner.running():
        running = await runner.start(command)
        await anext(aiter(running.lines()))

        proxy.cut()

        end = await running.wait()
        assert end.cause is EndCause.LOST
        assert "Docker" in end.message
        with pytest.raises(RunnerUnavailable):
            await all_lines(running)
        assert not await docker_bench.runner(host=proxy.host).is_available()
    docker_bench.engine.remove_leftovers()


async def test_stopping_needs_the_engine(docker_bench: DockerBench, proxy: DockerProxy) -> None:
    runner = docker_bench.runner(host=proxy.host, patience_seconds=0.5)
    async with asyncio.timeout(60), runner.running():
        running = await runner.start(docker_bench.command("sleep 600"))
        proxy.cut()

        with pytest.raises(RunnerUnavailable, match="Docker does not answer"):
            await running.stop(timedelta(seconds=1))
    docker_bench.engine.remove_leftovers()
