"""What only processes do."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from lanner_agent.clock import SystemClock
from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command, EndCause, RunningCommand
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from tests.support.commands import OUTPUT, WORKING, run_to_end, shell_command
from tests.support.eventually import eventually

# Leaves the group and the session of its command, as daemons do.
ESCAPE = "import os, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(600)"


@pytest.fixture
async def runner() -> AsyncIterator[ProcessRunner]:
    runner = ProcessRunner(ProcessConfig(agent_id="agent-of-process-tests"), SystemClock())
    async with runner.running():
        yield runner


def is_alive(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def first_number(running: RunningCommand) -> int:
    async with asyncio.timeout(30):
        return int((await anext(aiter(running.lines()))).text)


async def test_the_environment_holds_nothing_of_the_agents_own(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANNER_MASTER_KEY", "hunter2")
    command = shell_command(tmp_path, "env", environment={"GIVEN": "yes"})

    lines, _ = await run_to_end(runner, command)

    names = {line.text.partition("=")[0] for line in lines}
    assert names <= {
        *("GIVEN", "HOME", "LANG", "PATH", "PWD", "SHLVL", "_", "OLDPWD"),
        *("LANNER_AGENT_ID", "LANNER_AGENT_DATA", "LANNER_ATTEMPT_ID", "OUTPUT_DIR", "WORKING_DIR"),
    }
    assert "GIVEN=yes" in [line.text for line in lines]


async def test_a_process_runs_in_a_session_of_its_own(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    running = await runner.start(shell_command(tmp_path, "echo $$\nsleep 600"))
    try:
        process_id = await first_number(running)

        assert os.getsid(process_id) == process_id
        assert running.description == f"process {process_id}"
        assert running.handle == {}
    finally:
        await running.stop(timedelta(0))
        await running.discard()


async def test_stop_ends_the_children_too(runner: ProcessRunner, tmp_path: Path) -> None:
    running = await runner.start(shell_command(tmp_path, "sleep 600 &\necho $!\nwait"))
    child = await first_number(running)

    await running.stop(timedelta(seconds=5))
    await running.discard()

    await eventually(lambda: not is_alive(child))


async def test_a_process_that_ignores_a_request_is_killed_after_the_grace(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    text = "trap '' TERM\necho 1\nwhile true; do sleep 0.05; done"
    running = await runner.start(shell_command(tmp_path, text))
    await first_number(running)

    await running.stop(timedelta(seconds=0.1))

    end = await running.wait()
    assert (end.exit_code, end.cause) == (137, EndCause.STOPPED)
    await running.discard()


async def test_a_process_may_end_in_its_own_way_when_asked(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    text = "trap 'exit 5' TERM\necho 1\nwhile true; do sleep 0.05; done"
    running = await runner.start(shell_command(tmp_path, text))
    await first_number(running)

    await running.stop(timedelta(seconds=20))

    end = await running.wait()
    assert (end.exit_code, end.cause) == (5, EndCause.STOPPED)
    await running.discard()


async def test_what_is_left_in_the_background_ends_with_the_command(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    command = shell_command(tmp_path, "sleep 600 &\necho $!")

    async with asyncio.timeout(30):
        lines, end = await run_to_end(runner, command)

    assert end.exit_code == 0
    await eventually(lambda: not is_alive(int(lines[0].text)))


async def test_a_daemon_that_left_the_group_is_ended_too(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    text = f"{sys.executable} -c '{ESCAPE}' &\nsleep 1"
    command = shell_command(tmp_path, text)

    async with asyncio.timeout(60):
        lines, end = await run_to_end(runner, command)

    assert end.exit_code == 0
    await eventually(lambda: not is_alive(int(lines[0].text)))


async def test_where_the_system_has_no_descriptors_of_processes_a_thread_waits_for_the_end(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process_id: int, flags: int = 0) -> int:
        raise PermissionError

    # Some containers' rules forbid this call; there is no such host to test on.
    monkeypatch.setattr(os, "pidfd_open", refuse, raising=False)

    lines, end = await run_to_end(runner, shell_command(tmp_path, "echo here; exit 3"))

    assert ([line.text for line in lines], end.exit_code) == (["here"], 3)


async def test_a_signal_is_told_by_the_exit_code(runner: ProcessRunner, tmp_path: Path) -> None:
    _, end = await run_to_end(runner, shell_command(tmp_path, "kill -9 $$"))

    assert (end.exit_code, end.cause) == (128 + signal.SIGKILL, EndCause.EXITED)


async def test_an_unknown_program_is_named(runner: ProcessRunner, tmp_path: Path) -> None:
    command = Command(
        attempt_id="attempt-1",
        argv=["no-such-program"],
        environment={},
        working_dir=tmp_path / "work",
        output_dir=tmp_path / "output",
        working_dir_token=WORKING,
        output_dir_token=OUTPUT,
    )

    with pytest.raises(RunnerError, match='The program "no-such-program" cannot be started'):
        await runner.start(command)


async def test_a_slow_reader_makes_the_process_wait(runner: ProcessRunner, tmp_path: Path) -> None:
    text = "i=0; while [ $i -lt 4000 ]; do echo $i; printf %0999d $i; i=$((i+1)); done; echo > done"
    command = shell_command(tmp_path, text)
    running = await runner.start(command)
    try:
        lines = running.lines()
        await anext(aiter(lines))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(running.wait(), 0.5)
        assert not (command.working_dir / "done").exists()

        async with asyncio.timeout(60):
            count = len([line async for line in lines])

        assert count == 4000
        assert (await running.wait()).exit_code == 0
    finally:
        await running.discard()


async def test_what_an_earlier_agent_left_is_ended(runner: ProcessRunner) -> None:
    def marked(attempt_id: str) -> subprocess.Popen[bytes]:
        marks = {"LANNER_AGENT_ID": "agent-of-process-tests", "LANNER_ATTEMPT_ID": attempt_id}
        return subprocess.Popen(["sleep", "600"], env={**os.environ, **marks})

    lost, kept = marked("lost-attempt"), marked("kept-attempt")
    try:
        reaped = await runner.reap(frozenset({"kept-attempt"}))

        assert reaped == ["lost-attempt"]
        assert lost.wait(timeout=10) == -signal.SIGKILL
        assert kept.poll() is None
    finally:
        for process in (lost, kept):
            process.kill()
            process.wait(timeout=10)
