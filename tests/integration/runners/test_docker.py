"""What containers get, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from lanner_agent.errors import PolicyRefused, RunnerError, RunnerUnavailable
from lanner_agent.runners.contract import EndCause, Stream
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from lanner_agent.runners.policy import HostPolicy
from tests.integration.runners.docker_bench import DockerBench
from tests.support.commands import run_to_end

MIB = 1024**2


async def test_limits_and_rights_are_always_set(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("sleep 60")
    running = await docker_runner.start(command)
    try:
        facts = docker_bench.inspect(command)

        host = facts["HostConfig"]
        assert host["Memory"] == host["MemorySwap"] == 2048 * MIB
        assert (host["CpuQuota"], host["CpuPeriod"]) == (200_000, 100_000)
        assert host["PidsLimit"] == 1024
        assert host["CapDrop"] == ["ALL"]
        assert host["SecurityOpt"] == ["no-new-privileges"]
        assert not host["Privileged"]
        assert not host["Binds"]
        assert facts["Config"]["Labels"] == {
            "lanner.dev/agent-data": "/somewhere",
            "lanner.dev/agent-id": docker_bench.config.agent_id,
            "lanner.dev/attempt-id": command.attempt_id,
        }
    finally:
        await running.discard()


async def test_what_a_task_asks_for_is_given(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command(
        "cat /etc/hosts; df -k /dev/shm | tail -1; id -u; cat /proc/self/status | grep NoNewPrivs",
        cpus=0.5,
        memory_bytes=64 * MIB,
        shm_bytes=32 * MIB,
        extra_hosts=["db:10.1.2.3"],
        user="1234",
        network_mode="bridge",
        port_bindings=["127.0.0.1::8080"],
    )
    running = await docker_runner.start(command)
    try:
        texts = [line.text async for line in running.lines()]
        host = docker_bench.inspect(command)["HostConfig"]

        assert (host["Memory"], host["CpuQuota"]) == (64 * MIB, 50_000)
        assert host["PortBindings"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}
        assert "10.1.2.3\tdb" in texts
        assert any(text.split()[1] == str(32 * 1024) for text in texts if "/dev/shm" in text)
        assert texts[-2:] == ["1234", "NoNewPrivs:\t1"]
    finally:
        await running.discard()


@pytest.fixture
def image_with_entrypoint(docker_bench: DockerBench) -> Iterator[str]:
    client = docker_bench.engine.client
    name = docker_bench.engine.unique_name("lanner-test/entrypoint")
    container = client.containers.create(
        docker_bench.options.image, ["true"], name=name.replace("/", "-")
    )
    container.commit(name, conf={"Entrypoint": ["/bin/echo", "entry"], "Cmd": ["cmd"]})
    container.remove()
    yield name
    client.images.remove(name, force=True)


@pytest.mark.parametrize(
    ("entrypoint", "argv", "written"),
    [
        (None, [], "entry cmd"),
        (None, ["given"], "entry given"),
        ((), ["/bin/echo", "bare"], "bare"),
        (("/bin/echo", "other"), ["given"], "other given"),
    ],
)
async def test_the_entry_point_is_the_images_or_cleared_or_replaced(
    docker_bench: DockerBench,
    docker_runner: DockerRunner,
    image_with_entrypoint: str,
    entrypoint: tuple[str, ...] | None,
    argv: list[str],
    written: str,
) -> None:
    command = docker_bench.command(
        "", argv=argv, image=image_with_entrypoint, entrypoint=entrypoint
    )

    lines, _ = await run_to_end(docker_runner, command)

    assert [line.text for line in lines] == [written]


async def test_too_much_memory_is_told_with_the_limit(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("tail /dev/zero", memory_bytes=16 * MIB)

    _, end = await run_to_end(docker_runner, command)

    assert end.cause is EndCause.OUT_OF_MEMORY
    assert end.message == "out of memory (limit 16 MiB)"
    assert end.exit_code == 137


async def test_a_shell_ends_at_once_when_it_is_asked_to(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    running = await docker_runner.start(docker_bench.command("sleep 600; true"))
    try:
        async with asyncio.timeout(40):
            await running.stop(timedelta(seconds=60))

        end = await running.wait()
        assert (end.exit_code, end.cause) == (143, EndCause.STOPPED)
    finally:
        await running.discard()


async def test_a_command_that_ignores_the_request_is_killed_after_the_grace(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    text = "trap '' TERM; echo ready; while true; do sleep 0.1; done"
    running = await docker_runner.start(docker_bench.command(text))
    try:
        await anext(aiter(running.lines()))

        await running.stop(timedelta(seconds=1))

        end = await running.wait()
        assert (end.exit_code, end.cause) == (137, EndCause.STOPPED)
    finally:
        await running.discard()


async def test_a_container_removed_by_somebody_else_is_lost(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("sleep 600")
    running = await docker_runner.start(command)
    waiting = asyncio.gather(running.wait())

    docker_bench.engine.remove_leftovers()

    async with asyncio.timeout(30):
        (end,) = await waiting
    assert (end.exit_code, end.cause) == (None, EndCause.LOST)
    assert end.message == "Its container was removed by somebody else."
    await running.discard()


async def test_many_lines_come_in_order(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    text = "seq 1 30000; head -c 100000 /dev/zero | tr '\\0' x"

    lines, _ = await run_to_end(docker_runner, docker_bench.command(text))

    assert [line.text for line in lines[:30000]] == [str(n) for n in range(1, 30001)]
    assert [len(line.text) for line in lines[30000:]] == [65536, 34464]
    assert {line.stream for line in lines} == {Stream.STDOUT}


async def test_an_unknown_program_is_named(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("", argv=["no-such-program"])

    lines, end = await run_to_end(docker_runner, command)

    assert end.exit_code == 127
    assert "no-such-program" in lines[0].text


async def test_a_container_that_cannot_start_is_removed(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("true", user="no-such-user")

    with pytest.raises(RunnerError, match="no-such-user"):
        await docker_runner.start(command)

    assert docker_bench.engine.containers_of(command.attempt_id) == []


async def test_a_cancelled_start_leaves_no_container(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("sleep 600")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(docker_runner.start(command), 0.01)

    assert docker_bench.engine.containers_of(command.attempt_id) == []


async def test_what_the_policy_forbids_is_refused(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    with pytest.raises(PolicyRefused, match="volume"):
        await docker_runner.start(docker_bench.command("true", volumes=["/etc:/host-etc"]))


async def test_what_the_policy_allows_is_mounted(docker_bench: DockerBench) -> None:
    shared = docker_bench.folder / "shared"
    shared.mkdir()
    (shared / "hello.txt").write_text("hello\n")
    runner = docker_bench.runner(policy=HostPolicy(volumes=(str(docker_bench.folder),)))
    command = docker_bench.command("cat /shared/hello.txt", volumes=[f"{shared}:/shared:ro"])

    async with runner.running():
        lines, _ = await run_to_end(runner, command)

    assert [line.text for line in lines] == ["hello"]


async def test_an_engine_that_does_not_answer_is_unavailable(docker_bench: DockerBench) -> None:
    runner = DockerRunner(DockerConfig(agent_id="agent", host="unix:///no/such/docker.sock"))

    async with runner.running():
        assert not await runner.is_available()
        with pytest.raises(RunnerUnavailable, match="Docker does not answer"):
            await runner.start(docker_bench.command("true"))


async def test_an_engine_that_answers_is_available(docker_runner: DockerRunner) -> None:
    assert await docker_runner.is_available()
