"""An engine that really ends and comes back under a running container."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest

from lanner_agent.runners.contract import EndCause, RunningCommand
from lanner_agent.runners.docker.endings import ENDED_WITH_ENGINE
from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench
from tests.support.commands import all_lines, run_to_end
from tests.support.own_docker import OwnDocker

LIMIT_SECONDS = 100

# Docker's SDK leaks a socket each time it finds nobody at the engine's.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
async def runner(docker_bench: DockerBench, own_docker: OwnDocker) -> AsyncIterator[DockerRunner]:
    runner = docker_bench.runner(host=own_docker.host)
    async with runner.running():
        yield runner


def begin(engine: OwnDocker) -> None:
    engine.start()
    engine.load((engine.folder / "image.tar").read_bytes())


async def first_line(running: RunningCommand) -> str:
    return (await anext(aiter(running.lines()))).text


async def test_a_container_that_ended_with_its_engine_is_lost_and_the_next_one_runs(
    docker_bench: DockerBench, own_docker: OwnDocker, runner: DockerRunner
) -> None:
    await asyncio.to_thread(begin, own_docker)
    async with asyncio.timeout(LIMIT_SECONDS), asyncio.TaskGroup() as group:
        running = await runner.start(docker_bench.command("echo one; exec sleep 600"))
        assert await first_line(running) == "one"
        waiting = group.create_task(running.wait())
        await asyncio.sleep(0)

        await asyncio.to_thread(own_docker.end)
        await asyncio.to_thread(own_docker.start)

        end = await waiting
        await running.discard()
        lines, next_end = await run_to_end(runner, docker_bench.command("echo again"))

    assert (end.cause, end.message) == (EndCause.LOST, ENDED_WITH_ENGINE)
    assert ([line.text for line in lines], next_end.exit_code) == (["again"], 0)


async def test_a_container_that_outlives_its_killed_engine_is_watched_on(
    docker_bench: DockerBench, own_docker: OwnDocker, runner: DockerRunner
) -> None:
    own_docker.options.append("--live-restore")
    await asyncio.to_thread(begin, own_docker)
    command = docker_bench.command(
        'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done; echo 9 > "$OUTPUT_DIR/nine"; exit 4'
    )
    async with asyncio.timeout(LIMIT_SECONDS), asyncio.TaskGroup() as group:
        running = await runner.start(command)
        reading = group.create_task(all_lines(running))
        waiting = group.create_task(running.wait())
        await asyncio.sleep(0)

        await asyncio.to_thread(own_docker.end, signal.SIGKILL)
        await asyncio.to_thread(own_docker.start)

        end, lines = await waiting, await reading
        await running.collect([])
        await running.discard()

    assert (end.cause, end.exit_code) == (EndCause.EXITED, 4)
    assert [line.text for line in lines] == list("12345678")
    assert (command.output_dir / "nine").read_text() == "9\n"
