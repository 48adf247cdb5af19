from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lanner_agent.runners.contract import ContainerOptions
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench
from tests.support.docker_engine import DockerEngine


@pytest.fixture(scope="session", autouse=True)
def loop_of_the_process() -> Iterator[None]:
    """Close the loop that looptime's plugin has asyncio make before the first loop of a test."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


@pytest.fixture
def docker_bench(docker_engine: DockerEngine, busybox_image: str, tmp_path: Path) -> DockerBench:
    """Where commands are run in containers."""
    return DockerBench(
        engine=docker_engine,
        config=DockerConfig(
            agent_id=docker_engine.unique_name("agent"), data="/somewhere", pull_tries=2
        ),
        options=ContainerOptions(image=busybox_image, entrypoint=(), network_mode="none"),
        folder=tmp_path,
    )


@pytest.fixture
async def docker_runner(docker_bench: DockerBench) -> AsyncIterator[DockerRunner]:
    """A runner of that bench."""
    runner = docker_bench.runner()
    async with runner.running():
        yield runner
