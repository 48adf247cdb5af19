"""What all runners do the same way; scripts are understood by a shell and by the scripted one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from lanner_agent.clock import SystemClock
from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command, ContainerOptions, EndCause, Runner, Stream
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from lanner_agent.runners.scripted.runner import ScriptedEngine, ScriptedRunner
from tests.support.commands import OUTPUT, WORKING, all_lines, run_to_end, shell_command
from tests.support.docker_engine import DockerEngine


@dataclass(frozen=True)
class Bench:
    """A runner under test, and where its commands have their folders."""

    runner: Runner
    folder: Path
    container: ContainerOptions | None

    def command(
        self,
        text: str,
        attempt_id: str = "attempt-1",
        environment: Mapping[str, str] | None = None,
        text_files: Mapping[str, str] | None = None,
    ) -> Command:
        return shell_command(
            self.folder,
            text,
            attempt_id=attempt_id,
            environment=environment,
            text_files=text_files,
            container=self.container,
        )


DOCKER = pytest.param("docker", marks=pytest.mark.docker)


@pytest.fixture(params=["process", "scripted", DOCKER])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    container = None
    runner: Runner
    if request.param == "process":
        runner = ProcessRunner(ProcessConfig(agent_id="agent-1"), SystemClock())
    elif request.param == "scripted":
        runner = ScriptedRunner(ScriptedEngine(), SystemClock())
    else:
        engine: DockerEngine = request.getfixturevalue("docker_engine")
        image = request.getfixturevalue("busybox_image")
        runner = DockerRunner(DockerConfig(agent_id=engine.unique_name("agent")))
        container = ContainerOptions(image=image, entrypoint=(), network_mode="none")
    async with runner.running():
        yield Bench(runner, tmp_path, container)


async def test_lines_come_in_order_with_their_stream(bench: Bench) -> None:
    lines, end = await run_to_end(bench.runner, bench.command("echo one\nsleep 0.05\necho two >&2"))

    assert [(line.stream, line.text) for line in lines] == [
        (Stream.STDOUT, "one"),
        (Stream.STDERR, "two"),
    ]
    assert (end.exit_code, end.cause) == (0, EndCause.EXITED)


async def test_lines_carry_aware_times_that_do_not_go_back(bench: Bench) -> None:
    lines, _ = await run_to_end(bench.runner, bench.command("echo one\nsleep 0.05\necho two"))

    assert lines[0].at.tzinfo is UTC
    assert lines[0].at <= lines[1].at


async def test_the_exit_code_is_the_commands(bench: Bench) -> None:
    _, end = await run_to_end(bench.runner, bench.command("exit 3"))

    assert (end.exit_code, end.cause) == (3, EndCause.EXITED)


async def test_a_line_is_read_while_the_command_runs(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("echo ready\nsleep 60"))
    try:
        async with asyncio.timeout(30):
            first = await anext(aiter(running.lines()))

        assert first.text == "ready"
    finally:
        await running.stop(timedelta(0))
        await running.discard()


async def test_stop_ends_a_command_and_says_so(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("sleep 60"))
    try:
        async with asyncio.timeout(30):
            await running.stop(timedelta(seconds=5))
            end = await running.wait()

        assert end.cause is EndCause.STOPPED
        assert end.exit_code not in (0, None)
    finally:
        await running.discard()


async def test_stop_after_the_end_changes_nothing(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("exit 0"))
    try:
        await running.wait()
        await running.stop(timedelta(0))

        assert (await running.wait()).cause is EndCause.EXITED
    finally:
        await running.discard()


async def test_lines_end_when_the_command_is_stopped(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("sleep 60\necho never"))
    try:
        async with asyncio.timeout(30):
            await running.stop(timedelta(seconds=5))

            assert await all_lines(running) == []
    finally:
        await running.discard()


async def test_cancelling_a_wait_leaves_the_command_running(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("sleep 0.3\nexit 4"))
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(running.wait(), 0.01)

        async with asyncio.timeout(30):
            assert (await running.wait()).exit_code == 4
    finally:
        await running.discard()


async def test_tokens_become_paths_that_the_command_sees(bench: Bench) -> None:
    command = bench.command(
        f"cat {WORKING}/notes.txt\necho $GREETING",
        text_files={"notes.txt": f"in {OUTPUT}\n"},
        environment={"GREETING": f"from {WORKING}"},
    )

    lines, end = await run_to_end(bench.runner, command)

    assert end.exit_code == 0
    assert lines[0].text.startswith("in /")
    assert lines[1].text.startswith("from /")
    assert lines[0].text != lines[1].text


async def test_the_command_starts_in_its_working_folder_with_the_files_there(bench: Bench) -> None:
    command = bench.command("cat data/in.txt", text_files={"data/hello.txt": "text file\n"})
    folder = command.working_dir / "data"
    folder.mkdir(parents=True)
    (folder / "in.txt").write_text("file of the host\n")

    lines, _ = await run_to_end(bench.runner, command)

    assert [line.text for line in lines] == ["file of the host"]


async def test_the_output_folder_comes_back_whole(bench: Bench) -> None:
    command = bench.command('echo made > "$OUTPUT_DIR/result.txt"')
    running = await bench.runner.start(command)
    try:
        await running.wait()

        assert list(await running.collect([])) == []
        assert (command.output_dir / "result.txt").read_text() == "made\n"
    finally:
        await running.discard()


async def test_files_of_the_working_folder_come_back_by_pattern(bench: Bench) -> None:
    text = "echo 1 > a.csv\necho 2 > b.txt\necho 3 > sub/c.csv"
    command = bench.command(text, text_files={"sub/keep.txt": ""})
    running = await bench.runner.start(command)
    try:
        await running.wait()
        found = await running.collect(["**/*.csv"])

        assert list(found) == [Path("a.csv"), Path("sub/c.csv")]
        assert (command.working_dir / "sub/c.csv").read_text() == "3\n"
    finally:
        await running.discard()


async def test_a_text_file_outside_the_working_folder_is_refused(bench: Bench) -> None:
    with pytest.raises(RunnerError, match="relative path"):
        await bench.runner.start(bench.command("exit 0", text_files={"../escaped.txt": "x"}))


async def test_discard_may_be_repeated(bench: Bench) -> None:
    running = await bench.runner.start(bench.command("exit 0"))
    await running.wait()

    await running.discard()
    await running.discard()


async def test_commands_run_side_by_side(bench: Bench) -> None:
    commands = [bench.command(f"echo {n}\nexit {n}", attempt_id=f"attempt-{n}") for n in range(5)]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run_to_end(bench.runner, command)) for command in commands]

    assert [task.result()[1].exit_code for task in tasks] == [0, 1, 2, 3, 4]


async def test_a_command_that_was_never_started_is_not_found_again(bench: Bench) -> None:
    assert await bench.runner.reattach(bench.command("exit 0"), {}, None) is None
