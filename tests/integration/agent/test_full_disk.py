"""An agent whose disk is really full: a small file system of its own below the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lanner_agent.config import Config
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import running_agent
from tests.support.small_disk import fill, small_disk


@pytest.fixture
def disk(config: Config) -> Iterator[Path]:
    """A file system of 12 MiB where the agent's data is."""
    with small_disk(config.data, "12m") as disk:
        yield disk


async def first_refused(coordinator: FakeCoordinator, disk: Path) -> str:
    """Assign until an attempt is refused: a few records still fit where files end.

    What an attempt that ended gives back is taken at once.
    """
    for _ in range(100):
        fill(disk)
        attempt_id = coordinator.assign("test.Echo", {"text": "no room?"})
        await eventually(
            lambda: {"refused", "finished"} & set(coordinator.kinds_of(attempt_id))  # noqa: B023
        )
        if "refused" in coordinator.kinds_of(attempt_id):
            return attempt_id
    raise AssertionError("nothing was refused")


async def test_a_task_that_fills_the_disk_fails_and_the_next_one_has_room(
    coordinator: FakeCoordinator, config: Config, disk: Path
) -> None:
    async with running_agent(config):
        greedy = coordinator.assign(
            "test.Shell", {"script": "cat /dev/zero > big", "runner": "process"}
        )
        end = await coordinator.finished(greedy)
        said = list(coordinator.lines_of(greedy).values())
        await eventually(lambda: not list(disk.glob("work/*")))
        modest = await coordinator.finished(
            coordinator.assign(
                "test.Shell",
                {"script": "head -c 1000000 /dev/zero > small", "runner": "process"},
            )
        )

    assert (end.state, end.cause) == (state_pb2.STATE_FAILED, agent_pb2.Finished.CAUSE_EXIT_CODE)
    assert any("No space left on device" in line for line in said)
    assert modest.state == state_pb2.STATE_SUCCESS


async def test_on_a_full_disk_results_are_kept_and_new_attempts_are_refused_until_there_is_room(
    coordinator: FakeCoordinator, config: Config, disk: Path
) -> None:
    async with running_agent(config):
        running = coordinator.assign(
            "test.Shell", {"script": "while [ ! -e go ]; do sleep 0.05; done", "runner": "process"}
        )
        await coordinator.reported(running, "started")
        in_the_way = fill(disk)

        refused = await first_refused(coordinator, disk)
        (disk / "work" / running / "working" / "go").touch()
        end = await coordinator.finished(running)
        in_the_way.unlink()
        after = await coordinator.finished(coordinator.assign("test.Echo", {"text": "room"}))
        coordinator.assign("test.Echo", {"text": "again"}, attempt_id=refused)
        again = await coordinator.finished(refused)

    report = coordinator.reports_of(refused)[0]
    assert report.refused.reason == agent_pb2.Refused.REASON_DISK
    assert report.refused.message == (
        "The agent cannot write its data folder: No space left on device."
    )
    assert end.state == state_pb2.STATE_SUCCESS
    assert after.state == state_pb2.STATE_SUCCESS
    assert again.state == state_pb2.STATE_SUCCESS
