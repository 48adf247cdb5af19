from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_agent.clock import SystemClock
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from tests.support.fake_task_context import FakeTaskContext


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[FakeTaskContext]:
    """One attempt; its commands are run by the process runner."""
    runner = ProcessRunner(ProcessConfig(agent_id="agent-1"), SystemClock())
    context = FakeTaskContext(folder=tmp_path, runners={"process": runner})
    yield context
    await context.discard()
