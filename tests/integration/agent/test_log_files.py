"""Logs of attempts in files: nothing of them goes to the coordinator but the file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lanner_agent import log_file
from lanner_agent.config import Config
from lanner_agent.masking import MASK
from lanner_proto.v1 import state_pb2
from tests.integration.agent.test_restart import START_SECONDS, TALKATIVE, Start, kill, start
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import running_agent

__all__ = ["start"]

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) +(.*)")


def lines_in(coordinator: FakeCoordinator, uri: str) -> list[tuple[str, ...]]:
    """Level and text of each line of a log file."""
    found = [LINE.fullmatch(line) for line in coordinator.files[uri].decode().splitlines()]
    return [match.groups() for match in found if match is not None]


async def test_the_lines_of_an_attempt_go_into_a_file(
    coordinator: FakeCoordinator, config: Config
) -> None:
    script = "echo the password is hunter2; echo two"
    async with running_agent(config):
        attempt_id = coordinator.assign(
            "test.Shell",
            {"script": script, "runner": "process"},
            secrets=("hunter2",),
            log_to_file=True,
        )
        finished = await coordinator.finished(attempt_id)

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started", "finished"]
    assert finished.log_file == f"kestra:///tests/{attempt_id}/logs/attempt-1.log"
    assert finished.last_line == 0
    assert lines_in(coordinator, finished.log_file) == [
        ("INFO", f"the password is {MASK}"),
        ("INFO", "two"),
    ]


async def test_an_attempt_without_lines_has_no_file(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 0}, log_to_file=True)
        finished = await coordinator.finished(attempt_id)

    assert finished.log_file == ""
    assert not coordinator.files


async def test_a_stopped_attempt_leaves_what_it_has_said(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign(
            "test.Shell",
            {"script": "echo begun; sleep 600", "runner": "process"},
            timeout=timedelta(seconds=0.5),
            log_to_file=True,
        )
        finished = await coordinator.finished(attempt_id)

    assert finished.state == state_pb2.STATE_FAILED
    assert lines_in(coordinator, finished.log_file) == [("INFO", "begun")]


async def test_a_file_that_cannot_be_stored_changes_nothing_of_the_end(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.refuses_stores = True
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"}, log_to_file=True)
        finished = await coordinator.finished(attempt_id)

    assert finished.state == state_pb2.STATE_SUCCESS
    assert finished.log_file == ""
    (line,) = coordinator.lines_of(attempt_id).values()
    assert line.startswith("The log of this attempt could not be stored: ")


async def test_a_full_file_says_so(
    coordinator: FakeCoordinator, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A quarter of a gigabyte is too much to write in a test.
    monkeypatch.setattr(log_file, "MAX_LOG_FILE_BYTES", 1)
    async with running_agent(config):
        script = "echo one; sleep 0.3; echo two"
        attempt_id = coordinator.assign(
            "test.Shell", {"script": script, "runner": "process"}, log_to_file=True
        )
        finished = await coordinator.finished(attempt_id)

    assert [text for _, text in lines_in(coordinator, finished.log_file)] == [
        "one",
        "The log file is full: further lines are left out.",
    ]


async def test_a_restarted_agent_writes_each_line_once(
    coordinator: FakeCoordinator, start: Start, config: Config
) -> None:
    first = start()
    attempt_id = coordinator.assign(
        "test.Shell", {"script": TALKATIVE, "runner": "docker"}, log_to_file=True
    )
    log = config.data / "work" / attempt_id / "attempt.log"
    await eventually(lambda: log.exists() and len(log.read_bytes()) > 300, START_SECONDS)

    kill(first)
    start()
    finished = await coordinator.finished(attempt_id, START_SECONDS)

    assert lines_in(coordinator, finished.log_file) == [
        ("INFO", f"line {number}") for number in range(1, 61)
    ]
