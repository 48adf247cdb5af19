from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_agent.disk import Disk
from lanner_agent.lease import Lease
from lanner_proto.v1 import agent_pb2
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.fake_clock import FakeClock
from tests.support.running_agent import agent_config, running_agent

LEASE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


def now() -> float:
    return asyncio.get_running_loop().time()


async def left(lease: Lease) -> float:
    """Seconds until an attempt must be stopped that the coordinator waits a minute for."""
    return round(lease.fence_at(MINUTE) - now())


async def test_an_attempt_is_stopped_five_seconds_before_it_may_be_given_up(
    tmp_path: Path,
) -> None:
    async with Disk() as disk:
        lease = Lease(tmp_path / "state.json", disk, FakeClock())
        lease.granted(LEASE, 1, seconds_ago=0)

        assert await left(lease) == 85


async def test_the_lease_counts_from_when_the_answered_heartbeat_was_sent(tmp_path: Path) -> None:
    async with Disk() as disk:
        lease = Lease(tmp_path / "state.json", disk, FakeClock())
        lease.granted(LEASE, 1, seconds_ago=0)
        lease.renewed(seconds_ago=20, is_held=True)

        assert await left(lease) == 65


async def test_a_restart_does_not_lengthen_the_lease(tmp_path: Path) -> None:
    clock = FakeClock()
    async with Disk() as disk:
        Lease(tmp_path / "state.json", disk, clock).granted(LEASE, 7, seconds_ago=0)
    clock.advance(timedelta(seconds=40))

    async with Disk() as disk:
        lease = Lease(tmp_path / "state.json", disk, clock)

        assert await left(lease) == 45
        assert lease.epoch == 7


async def test_a_clock_that_was_set_back_does_not_lengthen_the_lease_either(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    async with Disk() as disk:
        Lease(tmp_path / "state.json", disk, clock).granted(LEASE, 1, seconds_ago=0)
    clock.advance(timedelta(days=-1))

    async with Disk() as disk:
        assert await left(Lease(tmp_path / "state.json", disk, clock)) == 85


async def test_a_state_file_that_cannot_be_read_counts_as_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state.json").write_bytes(b"torn")

    async with Disk() as disk:
        assert Lease(tmp_path / "state.json", disk, FakeClock()).epoch == 0

    assert "state.json cannot be read" in caplog.text


@pytest.fixture
def short_lease(tmp_socket_dir: Path) -> FakeCoordinator:
    """A coordinator that gives leases of a second."""
    socket = tmp_socket_dir / "short.sock"
    return FakeCoordinator(socket, lease_seconds=1.0, heartbeat_seconds=0.1)


async def test_without_a_link_an_attempt_that_may_be_retried_is_stopped_in_time(
    short_lease: FakeCoordinator, tmp_path: Path
) -> None:
    async with short_lease, running_agent(agent_config(short_lease.target, tmp_path)):
        attempt_id = short_lease.assign(
            "test.Shell",
            {"script": "sleep 600", "runner": "docker"},
            max_disconnect=timedelta(seconds=0.5),
        )
        await short_lease.reported(attempt_id, "started")
        await short_lease.stop()
        cut_at = now()
        folder = tmp_path / "detached" / attempt_id
        await eventually(lambda: not folder.exists())
        assert now() - cut_at < 1.5

        await short_lease.start()
        finished = await short_lease.finished(attempt_id)

    assert finished.cause == agent_pb2.Finished.CAUSE_LOST


async def test_an_attempt_that_came_later_but_bears_less_silence_is_stopped_first(
    short_lease: FakeCoordinator, tmp_path: Path
) -> None:
    shell = {"script": "sleep 600", "runner": "docker"}
    async with short_lease, running_agent(agent_config(short_lease.target, tmp_path)) as agent:
        patient = short_lease.assign("test.Shell", shell)
        await short_lease.reported(patient, "started")
        impatient = short_lease.assign("test.Shell", shell, max_disconnect=timedelta(seconds=0.5))
        await short_lease.reported(impatient, "started")
        await short_lease.stop()
        await eventually(lambda: not (tmp_path / "detached" / impatient).exists())
        assert (tmp_path / "detached" / patient).exists()
        await short_lease.start()
        short_lease.cancel(patient)
        await short_lease.finished(patient)
        await asyncio.wait_for(agent.idle(), 10)


async def test_answered_heartbeats_keep_attempts_running(
    short_lease: FakeCoordinator, tmp_path: Path
) -> None:
    async with short_lease, running_agent(agent_config(short_lease.target, tmp_path)):
        attempt_id = short_lease.assign(
            "test.Wait", {"seconds": 2}, max_disconnect=timedelta(seconds=0)
        )
        finished = await short_lease.finished(attempt_id)

    assert finished.cause == agent_pb2.Finished.CAUSE_UNSPECIFIED


async def test_an_attempt_that_is_waited_for_goes_on_without_a_link(
    short_lease: FakeCoordinator, tmp_path: Path
) -> None:
    async with short_lease, running_agent(agent_config(short_lease.target, tmp_path)) as agent:
        attempt_id = short_lease.assign(
            "test.Wait",
            {"seconds": 2},
            max_disconnect=timedelta(seconds=0.1),
            on_agent_lost=agent_pb2.AGENT_LOST_POLICY_WAIT,
        )
        await short_lease.reported(attempt_id, "started")
        await short_lease.stop()
        await asyncio.wait_for(agent.idle(), 10)
        await short_lease.start()
        finished = await short_lease.finished(attempt_id)

    assert finished.cause == agent_pb2.Finished.CAUSE_UNSPECIFIED
