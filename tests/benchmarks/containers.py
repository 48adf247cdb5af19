"""Measures what a container task takes above the bare API of the engine.

Without and with a network.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import docker
import docker.errors

from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from tests.benchmarks.figures import percentile, report

IMAGE = "lanner-test/busybox:latest"


async def measure_containers(folder: Path, *, rounds: int) -> None:
    """Print the figures, where an engine and the test image are."""
    try:
        client = docker.from_env()
        client.images.get(IMAGE)
    except docker.errors.DockerException:
        return
    runner = DockerRunner(DockerConfig(agent_id="bench"))
    async with runner.running():
        for network in ("none", "bridge"):
            bare, ours = [], []
            for number in range(rounds):
                bare.append(await asyncio.to_thread(_bare, client, network))
                ours.append(await _ours(runner, folder / f"{network}-{number}", network))
            floor = percentile(bare, 0.5)
            value = percentile(ours, 0.5)
            report(f"container_{network}", value, "ms", floor=floor, target="<= 10 ms above")
    client.close()


def _bare(client: docker.DockerClient, network: str) -> float:
    began = time.monotonic()
    container = client.containers.create(IMAGE, ["true"], network_mode=network)
    container.start()
    container.wait()
    container.remove()
    return (time.monotonic() - began) * 1000


async def _ours(runner: DockerRunner, folder: Path, network: str) -> float:
    command = Command(
        attempt_id=folder.name,
        argv=["true"],
        environment={},
        working_dir=folder / "work",
        output_dir=folder / "output",
        working_dir_token="@@work@@",
        output_dir_token="@@output@@",
        container=ContainerOptions(image=IMAGE, network_mode=network, entrypoint=()),
    )
    began = time.monotonic()
    running = await runner.start(command)
    async for _ in running.lines():
        pass
    await running.wait()
    await running.discard()
    return (time.monotonic() - began) * 1000
