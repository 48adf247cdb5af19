"""Secrets of commands in containers, of which the engine knows nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lanner_agent.runners.contract import Command
from lanner_agent.runners.docker.hidden_start import SMALL_BYTES
from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench
from tests.support.commands import all_lines
from tests.support.docker_engine import DockerEngine

SECRET = "sword'fi$h \"x"


def with_secret(command: Command, value: str = SECRET) -> Command:
    return replace(command, environment={"A": value}, secret_variables=frozenset({"A"}))


async def outcome(runner: DockerRunner, command: Command) -> tuple[list[str], int | None]:
    running = await runner.start(command)
    try:
        return [line.text for line in await all_lines(running)], (await running.wait()).exit_code
    finally:
        await running.discard()


@contextmanager
def image_of(docker_engine: DockerEngine, image: str, script: str, *changes: str) -> Iterator[str]:
    """Another image: what a script leaves of this one, with changes of its configuration."""
    name = f"lanner-test/made-{docker_engine.unique_name('image')}"
    container = docker_engine.client.containers.create(
        image, ["sh", "-c", script], network_mode="none"
    )
    try:
        container.start()
        container.wait()
        container.commit(name, changes=list(changes))
    finally:
        container.remove(force=True)
    yield name
    docker_engine.client.images.remove(name, force=True)


@pytest.mark.parametrize("length", [0, 3 * SMALL_BYTES])
@pytest.mark.parametrize("user", [None, "1000:1000"])
async def test_a_command_finds_its_secret_variables_and_the_engine_does_not(
    docker_bench: DockerBench, docker_runner: DockerRunner, length: int, user: str | None
) -> None:
    text = 'echo "${A%%-*} ${#A}"; cat; read line'
    command = with_secret(docker_bench.command(text, user=user), f"{SECRET}-{'x' * length}")
    running = await docker_runner.start(command)
    facts = json.dumps(docker_bench.inspect(command))
    lines = await all_lines(running)
    await running.discard()

    assert [line.text for line in lines] == [f"{SECRET} {len(SECRET) + 1 + length}"]
    assert "fi$h" not in facts
    assert running.warnings == ()


async def test_secret_arguments_are_told_to_the_program_and_not_to_the_engine(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("", argv=("sh", "-c", "echo $0; sleep 1", SECRET))
    running = await docker_runner.start(replace(command, has_secret_arguments=True))
    facts = json.dumps(docker_bench.inspect(command))
    lines = await all_lines(running)
    await running.discard()

    assert [line.text for line in lines] == [SECRET]
    assert "fi$h" not in facts


async def test_the_images_own_program_runs_with_secret_variables(
    docker_engine: DockerEngine,
    busybox_image: str,
    docker_bench: DockerBench,
    docker_runner: DockerRunner,
) -> None:
    changes = ('ENTRYPOINT ["sh", "-c", "echo $0 $A; exit 4"]', 'CMD ["command"]')
    with image_of(docker_engine, busybox_image, "true", *changes) as image:
        command = with_secret(
            docker_bench.command("", argv=(), image=image, entrypoint=None), "swordfish"
        )
        assert await outcome(docker_runner, command) == (["command swordfish"], 4)


async def test_an_image_without_a_shell_runs_and_the_log_warns(
    docker_engine: DockerEngine,
    busybox_image: str,
    docker_bench: DockerBench,
    docker_runner: DockerRunner,
) -> None:
    with image_of(docker_engine, busybox_image, "rm /bin/sh") as image:
        command = with_secret(docker_bench.command("", argv=("busybox", "env"), image=image))
        running = await docker_runner.start(command)
        lines = await all_lines(running)
        await running.discard()

    (warning,) = running.warnings
    assert f"A={SECRET}" in [line.text for line in lines]
    assert f"{image} has no /bin/sh" in warning
    assert "docker inspect" in warning


async def test_a_variable_that_no_shell_can_set_is_set_and_the_log_warns(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("", argv=("env",))
    names = frozenset({"a.b"})
    running = await docker_runner.start(
        replace(command, environment={"a.b": SECRET}, secret_variables=names)
    )
    lines = await all_lines(running)
    await running.discard()

    (warning,) = running.warnings
    assert f"a.b={SECRET}" in [line.text for line in lines]
    assert "No shell can set the variable a.b" in warning
