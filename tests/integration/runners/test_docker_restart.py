"""Containers outlive the agent, and are found again or removed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from lanner_agent.runners.contract import EndCause
from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench
from tests.support.commands import all_lines


async def test_a_container_goes_on_without_its_runner_and_is_found_again(
    docker_bench: DockerBench,
) -> None:
    wait_for_go = "while [ ! -e go ]; do sleep 0.1; done"
    text = f'echo one; {wait_for_go}; echo two; echo 3 > "$OUTPUT_DIR/x"; exit 6'
    command = docker_bench.command(text)
    before = docker_bench.runner()
    async with asyncio.timeout(60):
        async with before.running():
            started = await before.start(command)
            waiting = asyncio.gather(started.wait(), return_exceptions=True)
            first = await anext(aiter(started.lines()))
        await waiting
    (container,) = docker_bench.engine.containers_of(command.attempt_id)
    container.exec_run(["touch", "/lanner/work/go"])

    after = docker_bench.runner()
    async with after.running():
        found = await after.reattach(command, started.handle, first.at + timedelta(microseconds=1))
        assert found is not None
        async with asyncio.timeout(60):
            texts = [line.text for line in await all_lines(found)]
            end = await found.wait()
        await found.collect([])
        await found.discard()

    assert texts == ["two"]
    assert (end.exit_code, end.cause) == (6, EndCause.EXITED)
    assert (command.output_dir / "x").read_text() == "3\n"


async def test_lines_are_read_again_from_the_given_time_on(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("for i in 1 2 3; do echo $i; sleep 0.05; done")
    running = await docker_runner.start(command)
    lines = await all_lines(running)
    await running.wait()

    found = await docker_runner.reattach(command, running.handle, lines[1].at)

    assert found is not None
    assert await all_lines(found) == lines[1:]
    await found.discard()


async def test_a_container_is_found_by_its_label_without_its_id(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command('echo 3 > "$OUTPUT_DIR/x"')
    running = await docker_runner.start(command)

    found = await docker_runner.reattach(command, {}, None)

    assert found is not None
    assert found.description == running.description
    await found.wait()
    await found.collect([])
    assert (command.output_dir / "x").read_text() == "3\n"
    await found.discard()
    assert await docker_runner.reattach(command, running.handle, None) is None


async def test_a_container_that_never_started_is_removed(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("true")
    labels = {
        "lanner.dev/agent-data": docker_bench.config.data,
        "lanner.dev/agent-id": docker_bench.config.agent_id,
        "lanner.dev/attempt-id": command.attempt_id,
    }
    docker_bench.engine.client.containers.create(
        docker_bench.options.image, ["true"], labels=labels
    )

    assert await docker_runner.reattach(command, {}, None) is None
    assert docker_bench.engine.containers_of(command.attempt_id) == []


async def test_only_containers_of_other_attempts_of_this_agent_are_reaped(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    lost, kept = docker_bench.command("sleep 600"), docker_bench.command("sleep 600")
    foreign = docker_bench.command("sleep 600")
    other_agent = docker_bench.runner(agent_id=docker_bench.engine.unique_name("agent"))
    await docker_runner.start(lost)
    running = await docker_runner.start(kept)
    async with other_agent.running():
        theirs = await other_agent.start(foreign)

        reaped = await docker_runner.reap(frozenset({kept.attempt_id}))

        assert reaped == [lost.attempt_id]
        assert docker_bench.engine.containers_of(lost.attempt_id) == []
        assert len(docker_bench.engine.containers_of(kept.attempt_id)) == 1
        assert len(docker_bench.engine.containers_of(foreign.attempt_id)) == 1
        await theirs.discard()
    await running.discard()
