"""A coordinator and an agent as programs, on a folder of their own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lanner_proto.client import Client
from lanner_proto.errors import LannerError

ROOT = Path(__file__).parents[3]
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.1
SLOTS = 6


class StageError(Exception):
    """The programs did not start; the message holds the end of their logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What runs.

    Attributes:
        data: Folder of the coordinator.
        http: `http://host:port` of webhooks.
        client: Of the coordinator.
    """

    data: Path
    http: str
    client: Client

    def logs(self) -> str:
        """The end of what both wrote."""
        files = sorted(self.data.glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text()[-3000:]}" for file in files)


@asynccontextmanager
async def running_programs(config: str, environment: Mapping[str, str]) -> AsyncIterator[Programs]:
    """Start both, wait until the agent is ready, stop both in the end and remove their folder.

    Args:
        config: TOML of the coordinator, besides its HTTP address.
        environment: Added to the coordinator's environment.

    Raises:
        StageError: They were not ready in time.
    """
    # A short path: those of Unix sockets have a limit.
    data = Path(tempfile.mkdtemp(prefix="lanner-"))
    port = _free_port()
    file = data / "config.toml"
    file.write_text(f'http = "127.0.0.1:{port}"\n{config}')
    address = f"unix:{data / 'coordinator.sock'}"
    started: list[asyncio.subprocess.Process] = []
    try:
        arguments = ["lanner_coordinator", "--data", str(data), "--config", str(file)]
        started.append(await _start(arguments, data / "coordinator.log", environment))
        arguments = ["tests.conformance.stand_ins.agent", "--coordinator", address]
        arguments += ["--data", str(data / "agent"), "--id", "local", "--slots", str(SLOTS)]
        started.append(await _start(arguments, data / "agent.log", {}))
        async with Client(address) as client:
            programs = Programs(data=data, http=f"http://127.0.0.1:{port}", client=client)
            await _until_ready(programs, started)
            yield programs
    finally:
        await _stop(started[::-1])
        shutil.rmtree(data, ignore_errors=True)


async def _start(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    with log.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *arguments),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )


async def _until_ready(programs: Programs, started: Sequence[asyncio.subprocess.Process]) -> None:
    try:
        async with asyncio.timeout(READY_SECONDS):
            while not await _is_ready(programs.client):
                if any(process.returncode is not None for process in started):
                    raise StageError(f"A program ended at once.\n{programs.logs()}")
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as cause:
        raise StageError(f"No agent was ready in time.\n{programs.logs()}") from cause


async def _is_ready(client: Client) -> bool:
    try:
        status = await client.get_status(timeout_seconds=1)
    except LannerError:
        return False
    return status.connected_agent_count > 0


async def _stop(started: Sequence[asyncio.subprocess.Process]) -> None:
    for process in started:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
