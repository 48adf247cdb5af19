"""Files of containers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench
from tests.support.commands import run_to_end


@pytest.fixture(params=["copied", "mounted", "shared"])
async def handling(
    request: pytest.FixtureRequest, docker_bench: DockerBench
) -> AsyncIterator[tuple[DockerRunner, str]]:
    runner = docker_bench.runner(shares_files=request.param == "shared")
    async with runner.running():
        yield runner, "MOUNT" if request.param == "mounted" else "VOLUME"


async def test_any_user_may_write_into_the_folders(
    docker_bench: DockerBench, handling: tuple[DockerRunner, str]
) -> None:
    runner, file_handling = handling
    text = 'mkdir deep && echo 1 > deep/a.csv && echo 2 > "$OUTPUT_DIR/b.csv" && id -u'
    command = docker_bench.command(text, user="1234", file_handling=file_handling)
    running = await runner.start(command)
    try:
        end = await running.wait()
        found = await running.collect(["deep/*"])

        assert end.exit_code == 0
        assert list(found) == [Path("deep/a.csv")]
        assert (command.working_dir / "deep/a.csv").read_text() == "1\n"
        assert (command.output_dir / "b.csv").read_text() == "2\n"
    finally:
        await running.discard()


async def test_files_are_there_before_the_command_starts(
    docker_bench: DockerBench, handling: tuple[DockerRunner, str]
) -> None:
    runner, file_handling = handling
    command = docker_bench.command(
        "cat in.txt sub/made.txt; ./run.sh",
        file_handling=file_handling,
        text_files={"sub/made.txt": "text\n"},
    )
    command.working_dir.mkdir(parents=True)
    (command.working_dir / "in.txt").write_text("file\n")
    program = command.working_dir / "run.sh"
    program.write_text("#!/bin/sh\necho ran\n")
    program.chmod(0o755)

    lines, _ = await run_to_end(runner, command)

    assert [line.text for line in lines] == ["file", "text", "ran"]


async def test_files_that_were_changed_come_back_changed(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("echo more >> list.txt")
    original = docker_bench.folder / "original.txt"
    original.write_text("first\n")
    command.working_dir.mkdir(parents=True)
    (command.working_dir / "list.txt").hardlink_to(original)
    running = await docker_runner.start(command)
    try:
        await running.wait()

        assert list(await running.collect(["*.txt", "gone/*"])) == [Path("list.txt")]
        assert (command.working_dir / "list.txt").read_text() == "first\nmore\n"
        assert original.read_text() == "first\n"
    finally:
        await running.discard()


async def test_links_are_not_followed_out_of_the_folders(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    text = 'ln -s /etc/passwd a.txt; ln -s /etc "$OUTPUT_DIR/etc"; echo 1 > "$OUTPUT_DIR/b"'
    command = docker_bench.command(text)
    running = await docker_runner.start(command)
    try:
        await running.wait()

        assert list(await running.collect(["**"])) == []
        assert [path.name for path in command.output_dir.iterdir()] == ["b"]
    finally:
        await running.discard()


async def test_a_large_file_goes_in_and_comes_out(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command('cp in.bin "$OUTPUT_DIR/out.bin"')
    command.working_dir.mkdir(parents=True)
    content = bytes(range(256)) * 4096 * 8
    (command.working_dir / "in.bin").write_bytes(content)
    running = await docker_runner.start(command)
    try:
        await running.wait()
        await running.collect([])

        assert (command.output_dir / "out.bin").read_bytes() == content
    finally:
        await running.discard()


async def test_files_are_copied_where_the_engine_does_not_have_the_folder(
    docker_bench: DockerBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This path leads the engine to a folder of its own.
    monkeypatch.chdir(tmp_path)
    bench = replace(docker_bench, folder=Path("/proc/self/cwd"))
    command = bench.command(
        'cat in.txt && cp in.txt out.txt && echo 2 > "$OUTPUT_DIR/b"', text_files={"in.txt": "in\n"}
    )
    runner = bench.runner(shares_files=True)
    async with runner.running():
        running = await runner.start(command)
        try:
            end = await running.wait()
            found = await running.collect(["out.txt"])
            mounts = bench.inspect(command)["Mounts"]
        finally:
            await running.discard()

    assert end.exit_code == 0
    assert mounts == []
    assert list(found) == [Path("out.txt")]
    assert (command.working_dir / "out.txt").read_text() == "in\n"
    assert (command.output_dir / "b").read_text() == "2\n"


async def test_any_user_may_change_files_that_are_mounted_as_those_that_are_copied(
    docker_bench: DockerBench, handling: tuple[DockerRunner, str]
) -> None:
    runner, file_handling = handling
    command = docker_bench.command(
        "echo more >> sub/in.txt && touch sub/new && cat sub/in.txt",
        user="1234",
        file_handling=file_handling,
        text_files={"sub/in.txt": "in\n"},
    )

    lines, end = await run_to_end(runner, command)

    assert ([line.text for line in lines], end.exit_code) == (["in", "more"], 0)


async def test_a_folder_that_others_work_in_later_is_left_as_the_command_left_it(
    docker_bench: DockerBench, handling: tuple[DockerRunner, str]
) -> None:
    runner, file_handling = handling
    text = "rm gone.txt && mkdir deep && echo new > deep/made.txt && echo more >> kept.txt"
    command = docker_bench.command(text, file_handling=file_handling)
    command = replace(command, keeps_files=True)
    command.working_dir.mkdir(parents=True)
    (command.working_dir / "gone.txt").write_text("x")
    (command.working_dir / "kept.txt").write_text("first\n")
    running = await runner.start(command)
    try:
        await running.wait()
        await running.collect([])

        left = {path.name: path.read_text() for path in command.working_dir.rglob("*.txt")}
        assert left == {"made.txt": "new\n", "kept.txt": "first\nmore\n"}
    finally:
        await running.discard()
