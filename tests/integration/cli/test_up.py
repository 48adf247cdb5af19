"""`lanner up` as a process of its own, with stand-ins for the two programs it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.eventually import eventually_blocking
from tests.support.stand_in_programs import write_programs


@dataclass(frozen=True)
class Running:
    """A `lanner up` and its data folder."""

    process: subprocess.Popen[bytes]
    folder: Path
    narration: Path

    def said(self) -> str:
        return self.narration.read_text()

    def events(self) -> list[list[str]]:
        path = self.folder / "events"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def pids(self, name: str) -> list[int]:
        return [int(pid) for who, what, pid in self.events() if (who, what) == (name, "start")]

    def wait_until_up(self) -> None:
        eventually_blocking(lambda: "Lanner is up" in self.said(), 30)


class Starter:
    """Starts `lanner up`, and ends what a test has left running."""

    def __init__(self, tmp_path: Path, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PYTHONPATH": write_programs(tmp_path / "programs"),
            "LANNER_CONFIG": str(tmp_path / "config.toml"),
        }
        self._narrations = tmp_path
        self.started: list[Running] = []

    def start(self, *words: str) -> Running:
        narration = self._narrations / f"narration{len(self.started)}"
        command = [sys.executable, "-m", "lanner_console", "up", "--data", str(self.folder)]
        with narration.open("wb") as stream:
            process = subprocess.Popen(
                [*command, *words], env=self.environment, stdout=stream, stderr=stream
            )
        running = Running(process, self.folder, narration)
        self.started.append(running)
        return running

    def end(self) -> None:
        for running in self.started:
            running.process.kill()
            running.process.wait()
            for pid in [*running.pids("coordinator"), *running.pids("agent")]:
                if is_alive(pid):
                    os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether the process is there and not merely waiting for somebody to ask how it ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def starter(tmp_path: Path, tmp_socket_dir: Path) -> Iterator[Starter]:
    starter = Starter(tmp_path, tmp_socket_dir)
    yield starter
    starter.end()


def test_it_starts_both_and_says_what_to_do_next(starter: Starter) -> None:
    up = starter.start("--slots", "3", "--label", "zone=a")
    up.wait_until_up()

    arguments = (up.folder / "agent-arguments").read_text()
    assert sorted(who for who, what, _ in up.events() if what == "start") == [
        "agent",
        "coordinator",
    ]
    assert arguments == (
        f"--coordinator unix:{up.folder}/coordinator.sock --data {up.folder}/agent "
        "--id local --slots 3 --label zone=a"
    )
    assert f"LANNER_ADDRESS=unix:{up.folder}/coordinator.sock lanner ui" in up.said()


def test_files_and_addresses_are_passed_to_the_program_they_are_for(
    starter: Starter, tmp_path: Path
) -> None:
    policy, config = tmp_path / "policy.toml", tmp_path / "lanner.toml"
    for file in (policy, config):
        file.touch()

    up = starter.start(
        *("--policy", str(policy), "--config", str(config)),
        *("--listen", "127.0.0.1:7001", "--listen", "127.0.0.1:7002"),
    )
    up.wait_until_up()

    arguments = (up.folder / "agent-arguments").read_text()
    assert arguments.endswith(f"--id local --policy {policy}")
    assert (up.folder / "coordinator-arguments").read_text() == (
        f"--data {up.folder} --config {config} --listen 127.0.0.1:7001 --listen 127.0.0.1:7002"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_agent_first_and_exits_with_0(
    starter: Starter, number: signal.Signals
) -> None:
    up = starter.start()
    up.wait_until_up()

    up.process.send_signal(number)

    assert up.process.wait(20) == 0
    assert [event[:2] for event in up.events()[2:]] == [["agent", "stop"], ["coordinator", "stop"]]
    assert "stopped" in up.said()


def test_a_signal_during_the_start_stops_what_was_started(starter: Starter) -> None:
    up = starter.start()
    eventually_blocking(lambda: up.pids("coordinator"), 30)

    up.process.send_signal(signal.SIGTERM)

    assert up.process.wait(20) == 0
    assert not any(is_alive(pid) for pid in up.pids("coordinator") + up.pids("agent"))


def test_a_child_that_dies_is_started_again_and_told_of(starter: Starter) -> None:
    up = starter.start()
    up.wait_until_up()

    os.kill(up.pids("agent")[0], signal.SIGKILL)
    os.kill(up.pids("coordinator")[0], signal.SIGKILL)

    eventually_blocking(lambda: (len(up.pids("agent")), len(up.pids("coordinator"))) == (2, 2), 30)
    assert "agent was ended by SIGKILL, starting it again" in up.said()
    assert "coordinator was ended by SIGKILL, starting it again" in up.said()


def test_the_reason_of_a_childs_death_is_told(starter: Starter) -> None:
    (starter.folder / "refuse").touch()

    up = starter.start()

    eventually_blocking(lambda: "the database is of a newer version" in up.said(), 30)
    assert "coordinator ended with code 1, starting it again" in up.said()


def test_a_killed_supervisor_leaves_no_children(starter: Starter) -> None:
    up = starter.start()
    up.wait_until_up()
    pids = up.pids("coordinator") + up.pids("agent")

    up.process.kill()

    eventually_blocking(lambda: not any(is_alive(pid) for pid in pids), 20)


def test_a_second_one_on_the_same_folder_refuses(starter: Starter) -> None:
    first = starter.start()
    first.wait_until_up()

    second = starter.start()

    assert second.process.wait(30) == 6
    assert f"another `lanner up` runs on {first.folder}" in second.said()
    assert f"process {first.process.pid} holds" in second.said()
    assert len(first.pids("coordinator")) == 1


def test_the_log_of_the_last_run_is_kept(starter: Starter) -> None:
    (starter.folder / "coordinator.log").write_text("of yesterday")

    up = starter.start()
    up.wait_until_up()

    assert (up.folder / "coordinator.log.1").read_text() == "of yesterday"


def test_a_path_that_is_too_long_for_a_socket_is_refused(starter: Starter, tmp_path: Path) -> None:
    starter.folder = tmp_path / ("deep" * 30)

    up = starter.start()

    assert up.process.wait(30) == 2
    assert "too long for a Unix socket" in up.said()
