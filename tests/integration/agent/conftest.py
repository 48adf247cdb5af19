from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lanner_agent.config import Config
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import agent_config


@pytest.fixture(scope="session", autouse=True)
def loop_of_the_process() -> Iterator[None]:
    """Close the loop that looptime's plugin has asyncio make before the first loop of a test."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


@pytest.fixture
async def coordinator(tmp_socket_dir: Path) -> AsyncIterator[FakeCoordinator]:
    """A coordinator that serves at a Unix socket."""
    async with FakeCoordinator(tmp_socket_dir / "coordinator.sock") as serving:
        yield serving


@pytest.fixture
def config(coordinator: FakeCoordinator, tmp_path: Path) -> Config:
    """How the test's agent works."""
    return agent_config(coordinator.target, tmp_path)
