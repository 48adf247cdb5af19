"""Scripted commands: time is the event loop's, and an engine outlives its runners."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_agent.clock import SystemClock
from lanner_agent.runners.contract import EndCause
from lanner_agent.runners.scripted.runner import ScriptedEngine, ScriptedRunner
from tests.support.commands import all_lines, run_to_end, shell_command


@pytest.mark.looptime
async def test_an_hour_passes_on_the_loops_clock(tmp_path: Path) -> None:
    runner = ScriptedRunner(ScriptedEngine(), SystemClock())
    running = await runner.start(
        shell_command(tmp_path, "echo begin; sleep 3600; echo end; exit 2")
    )
    began = asyncio.get_running_loop().time()

    end = await running.wait()

    assert end.exit_code == 2
    assert asyncio.get_running_loop().time() - began == pytest.approx(3600)


@pytest.mark.looptime
async def test_a_command_that_hangs_ends_when_it_is_stopped(tmp_path: Path) -> None:
    runner = ScriptedRunner(ScriptedEngine(), SystemClock())
    running = await runner.start(shell_command(tmp_path, "hang"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(running.wait(), 1_000_000)

    await running.stop(timedelta(seconds=1))

    assert (await running.wait()).cause is EndCause.STOPPED


@pytest.mark.looptime
async def test_only_files_written_before_the_stop_are_there(tmp_path: Path) -> None:
    runner = ScriptedRunner(ScriptedEngine(), SystemClock())
    text = "echo 1 > early.txt; sleep 10; echo 2 > late.txt"
    running = await runner.start(shell_command(tmp_path, text))
    await asyncio.sleep(5)

    await running.stop(timedelta(seconds=1))

    assert list(await running.collect(["*.txt"])) == [Path("early.txt")]


@pytest.mark.looptime
async def test_another_runner_of_the_engine_finds_the_command_again(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    command = shell_command(tmp_path, "echo one; sleep 10; echo two")
    before = await ScriptedRunner(engine, SystemClock()).start(command)
    first = await anext(aiter(before.lines()))

    after = await ScriptedRunner(engine, SystemClock()).reattach(
        command, before.handle, first.at + timedelta(seconds=1)
    )

    assert after is not None
    assert [line.text for line in await all_lines(after)] == ["two"]
    assert (await after.wait()).exit_code == 0


@pytest.mark.looptime
async def test_commands_of_other_attempts_are_reaped(tmp_path: Path) -> None:
    runner = ScriptedRunner(ScriptedEngine(), SystemClock())
    await runner.start(shell_command(tmp_path, "hang", attempt_id="lost"))
    await runner.start(shell_command(tmp_path, "hang", attempt_id="kept"))

    assert await runner.reap(frozenset({"kept"})) == ["lost"]


async def test_memory_runs_out_when_the_script_says_so(tmp_path: Path) -> None:
    runner = ScriptedRunner(ScriptedEngine(), SystemClock())

    _, end = await run_to_end(runner, shell_command(tmp_path, "oom"))

    assert (end.exit_code, end.cause) == (137, EndCause.OUT_OF_MEMORY)
