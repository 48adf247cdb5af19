from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from lanner_agent.config import Config
from lanner_agent.secret_memory import secret_memory_for
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.agent_plugins import end_detached
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import agent_program

START_SECONDS = 20

# Says its lines at a steady pace, and an output at the beginning and one at the end.
TALKATIVE = """
echo '::{"outputs":{"first":1}}::'
i=0
while [ $i -lt 60 ]; do i=$((i+1)); echo "line $i"; sleep 0.03; done
echo '::{"outputs":{"last":2}}::'
"""

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(config: Config, tmp_path: Path) -> Iterator[Start]:
    """Starts the agent as a program; all that were started are gone in the end."""
    programs: list[subprocess.Popen[bytes]] = []

    def start_program() -> subprocess.Popen[bytes]:
        programs.append(agent_program(config, tmp_path / "agent.log"))
        return programs[-1]

    yield start_program
    for program in programs:
        program.kill()
        program.wait()
    end_detached(tmp_path / "detached")
    secrets = secret_memory_for(config.data)
    secrets.forget_all_but(frozenset())
    secrets.close()


def kill(program: subprocess.Popen[bytes]) -> None:
    program.send_signal(signal.SIGKILL)
    program.wait()


async def test_after_kill_9_a_container_is_found_again_and_its_lines_go_on(
    coordinator: FakeCoordinator, start: Start
) -> None:
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell", {"script": TALKATIVE, "runner": "docker", "greeting": "hello"}
    )
    await eventually(lambda: len(coordinator.lines_of(attempt_id)) >= 10, START_SECONDS)

    kill(first)
    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert coordinator.hellos[1].held_attempt_ids == [attempt_id]
    assert coordinator.lines_of(attempt_id) == {n: f"line {n}" for n in range(1, 61)}
    assert [line.first_line for line in coordinator.logs_of(attempt_id)] == sorted(
        line.first_line for line in coordinator.logs_of(attempt_id)
    )
    assert finished.state == state_pb2.STATE_SUCCESS
    assert json.loads(finished.outputs) == {
        "vars": {"first": 1, "last": 2},
        "greeting": "hello",
        "stdOutLineCount": 62,
    }
    assert coordinator.kinds_of(attempt_id).count("started") == 1
    assert len(coordinator.ends_of(attempt_id)) == 1


async def test_a_container_whose_start_was_cut_off_by_kill_9_is_found_again(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    hold = tmp_path / "detached.hold"
    hold.touch()
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell",
        {"script": "echo the password is hunter2; sleep 1", "runner": "docker", "greeting": "hi"},
        secrets=("hunter2",),
    )
    pid_file = tmp_path / "detached" / attempt_id / "pid"
    await eventually(lambda: pid_file.exists() and pid_file.read_text(), START_SECONDS)
    process_id = pid_file.read_text()

    kill(first)
    hold.unlink()
    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.state == state_pb2.STATE_SUCCESS
    assert json.loads(finished.outputs)["greeting"] == "hi"
    assert coordinator.lines_of(attempt_id) == {1: "the password is ********"}
    reports = coordinator.reports_of(attempt_id)
    started = [report.started for report in reports if report.HasField("started")]
    assert [report.runner for report in started] == [f"detached {process_id}"]
    assert len(coordinator.ends_of(attempt_id)) == 1


async def test_a_command_whose_start_was_cut_off_has_its_whole_timeout_again(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    hold = tmp_path / "detached.hold"
    hold.touch()
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell",
        {"script": "sleep 600", "runner": "docker"},
        timeout=timedelta(seconds=4),
    )
    await eventually((tmp_path / "detached" / attempt_id / "pid").exists, START_SECONDS)

    kill(first)
    hold.unlink()
    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.cause == agent_pb2.Finished.CAUSE_TIMEOUT
    # The end is told first, so that a removal that takes long delays nobody.
    await eventually(lambda: not (tmp_path / "detached" / attempt_id).exists(), START_SECONDS)


async def test_an_agent_that_stops_does_not_leave_a_command_that_is_being_started(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "detached.hold").touch()
    first = start()
    attempt_id = coordinator.assign("test.Shell", {"script": "sleep 600", "runner": "docker"})
    await eventually((tmp_path / "detached" / attempt_id / "pid").exists, START_SECONDS)

    first.send_signal(signal.SIGTERM)
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.cause == agent_pb2.Finished.CAUSE_LOST
    assert coordinator.kinds_of(attempt_id).count("started") == 0


async def test_a_container_that_ended_while_the_agent_was_dead_is_reported(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell", {"script": "echo begun; sleep 0.5; echo done; exit 3", "runner": "docker"}
    )
    await eventually(lambda: coordinator.lines_of(attempt_id), START_SECONDS)
    kill(first)
    end = tmp_path / "detached" / attempt_id / "end"
    await eventually(end.exists)

    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.cause == agent_pb2.Finished.CAUSE_EXIT_CODE
    assert coordinator.lines_of(attempt_id) == {1: "begun", 2: "done"}


async def test_after_kill_9_a_process_is_lost_and_reported_once(
    coordinator: FakeCoordinator, start: Start
) -> None:
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell", {"script": "echo $$; exec sleep 600", "runner": "process"}
    )
    await eventually(lambda: coordinator.lines_of(attempt_id), START_SECONDS)
    process_id = int(coordinator.lines_of(attempt_id)[1])

    kill(first)
    second = start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)
    assert not runs(process_id)
    kill(second)
    start()
    await eventually(lambda: len(coordinator.hellos) == 3, START_SECONDS)
    await coordinator.finished(coordinator.assign("test.Echo", {"text": "alive"}))

    assert (finished.state, finished.cause) == (
        state_pb2.STATE_FAILED,
        agent_pb2.Finished.CAUSE_LOST,
    )
    assert len(coordinator.ends_of(attempt_id)) == 1


async def test_a_container_that_nobody_wants_any_longer_is_stopped(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    first = start()
    attempt_id = coordinator.assign("test.Shell", {"script": "sleep 600", "runner": "docker"})
    await coordinator.reported(attempt_id, "started", START_SECONDS)
    kill(first)
    coordinator.current.clear()

    start()
    await eventually(
        lambda: not (tmp_path / "detached" / attempt_id).exists(), within_seconds=START_SECONDS
    )

    assert coordinator.ends_of(attempt_id) == []


async def test_a_result_that_was_not_acknowledged_is_sent_after_kill_9(
    coordinator: FakeCoordinator, start: Start
) -> None:
    coordinator.faults.holds_acks = True
    first = start()
    attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
    await coordinator.finished(attempt_id, START_SECONDS)
    kill(first)
    coordinator.reports.clear()  # as if it had crashed before its commit
    coordinator.current.add(attempt_id)

    coordinator.faults.holds_acks = False
    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.state == state_pb2.STATE_SUCCESS
    assert coordinator.lines_of(attempt_id) == {1: "hello"}


async def test_a_cancel_that_was_acknowledged_outlives_kill_9(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    first = start()
    attempt_id = coordinator.assign("test.Shell", {"script": "sleep 600", "runner": "docker"})
    await coordinator.reported(attempt_id, "started", START_SECONDS)
    os.kill(first.pid, signal.SIGSTOP)
    coordinator.cancel(attempt_id)
    os.kill(first.pid, signal.SIGCONT)
    await eventually(lambda: coordinator.acknowledged_orders == 2)
    kill(first)

    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.state == state_pb2.STATE_KILLED
    await eventually(lambda: not (tmp_path / "detached" / attempt_id).exists())


async def test_a_timeout_goes_on_counting_over_a_restart(
    coordinator: FakeCoordinator, start: Start
) -> None:
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell",
        {"script": "sleep 600", "runner": "docker"},
        timeout=timedelta(seconds=3),
    )
    await coordinator.reported(attempt_id, "started", START_SECONDS)
    kill(first)

    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert finished.cause == agent_pb2.Finished.CAUSE_TIMEOUT


async def test_secrets_are_masked_after_kill_9_and_never_on_disk(
    coordinator: FakeCoordinator, start: Start, config: Config
) -> None:
    script = "echo before; sleep 1.5; echo the password is hunter2; sleep 600"
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell", {"script": script, "runner": "docker"}, secrets=("hunter2",)
    )
    await eventually(lambda: coordinator.lines_of(attempt_id), START_SECONDS)
    on_disk = contents(config.data)
    kill(first)

    start()
    await eventually(lambda: len(coordinator.lines_of(attempt_id)) == 2, START_SECONDS)
    coordinator.cancel(attempt_id)
    await coordinator.finished(attempt_id)

    assert coordinator.lines_of(attempt_id)[2] == "the password is ********"
    assert b"attempt-1" in on_disk
    assert b"hunter2" not in on_disk


async def test_sigterm_leaves_containers_running_and_reports_processes_lost(
    coordinator: FakeCoordinator, start: Start
) -> None:
    first = start()
    container = coordinator.assign(
        "test.Shell", {"script": "echo a; sleep 1; echo b", "runner": "docker"}
    )
    process = coordinator.assign("test.Shell", {"script": "sleep 600", "runner": "process"})
    await coordinator.reported(container, "started", START_SECONDS)
    await coordinator.reported(process, "started", START_SECONDS)

    first.send_signal(signal.SIGTERM)
    lost = await coordinator.finished(process)
    await eventually(lambda: first.poll() is not None, 10)
    assert first.returncode == 0
    assert lost.cause == agent_pb2.Finished.CAUSE_LOST
    assert coordinator.ends_of(container) == []

    start()
    finished = await coordinator.finished(container, START_SECONDS)

    assert finished.state == state_pb2.STATE_SUCCESS
    assert coordinator.lines_of(container) == {1: "a", 2: "b"}


async def test_two_agents_do_not_share_a_data_folder(
    coordinator: FakeCoordinator, start: Start, tmp_path: Path
) -> None:
    start()
    await eventually(lambda: coordinator.is_linked, START_SECONDS)

    second = start()
    await eventually(lambda: second.poll() is not None, START_SECONDS)

    assert second.returncode != 0
    assert "is in use by another agent" in (tmp_path / "agent.log").read_text()


def runs(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
