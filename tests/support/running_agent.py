"""Agents for tests: in this process, or as a program of their own that can be killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from lanner_agent import app
from lanner_agent.agent import Agent
from lanner_agent.clock import SystemClock
from lanner_agent.config import Config
from lanner_agent.data_folder import locked_data_folder
from lanner_agent.runners.contract import Runner
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from tests.support.agent_plugins import TASK_TYPES, DetachedRunner

ROOT = Path(__file__).parents[2]
END_SECONDS = 20


def agent_config(target: str, folder: Path, **changes: object) -> Config:
    """How agents of tests work: in a folder of the test, no waiting at the end."""
    settings: dict[str, object] = {
        "coordinator": target,
        "data": folder / "data",
        "agent_id": f"agent-{folder.name}",
        "slots": 4,
        "drain_seconds": 0.0,
        "min_disk_free_bytes": 0,
        **changes,
    }
    return Config(**settings)  # type: ignore[arg-type]  # as the fields are


def plugins_of(config: Config, runners: Sequence[Runner] | None = None) -> app.Plugins:
    """Processes, and the runner that plays the containers' part beside the data folder."""
    processes = ProcessRunner(ProcessConfig(agent_id=config.agent_id), SystemClock())
    detached = DetachedRunner(config.data.parent / "detached")
    return app.Plugins(runners=runners or [detached, processes], task_types=TASK_TYPES)


@asynccontextmanager
async def running_agent(
    config: Config, runners: Sequence[Runner] | None = None
) -> AsyncIterator[Agent]:
    """Run an agent in this process; in the end it stops at once, if it did not yet."""
    with locked_data_folder(config.data) as folder:
        async with (
            app.assembled(config, plugins_of(config, runners), folder) as agent,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(agent.run())
            yield agent
            agent.stop()
            agent.stop()
            async with asyncio.timeout(END_SECONDS):
                await running


async def run_to_the_end(config: Config) -> None:
    """Run an agent in this process until it ends by itself.

    Raises:
        SessionError: The coordinator does not want it.
    """
    with locked_data_folder(config.data) as folder:
        async with app.assembled(config, plugins_of(config), folder) as agent:
            async with asyncio.timeout(END_SECONDS):
                await agent.run()


def agent_program(config: Config, log: Path) -> subprocess.Popen[bytes]:
    """Start an agent as a program; its log goes to a file."""
    arguments = [
        *("--coordinator", config.coordinator),
        *("--data", str(config.data)),
        *("--id", config.agent_id),
        *("--slots", str(config.slots)),
        *("--drain-seconds", str(config.drain_seconds)),
        *("--min-disk-free-mib", "0"),
    ]
    with log.open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.agent_program", *arguments],
            cwd=ROOT,
            env={"PYTHONPATH": "agent:proto:.", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
