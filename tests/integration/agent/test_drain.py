from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from lanner_agent.config import Config
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import run_to_the_end, running_agent

LONG_AGO = Timestamp()
LONG_AGO.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC))


async def test_an_idle_agent_that_is_drained_ends(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.drain()

    await run_to_the_end(config)


async def test_a_draining_agent_finishes_what_it_runs_and_refuses_more(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 0.5})
    coordinator.drain()
    refused = coordinator.assign("test.Echo", {"text": "too late"})

    await run_to_the_end(config)

    (end,) = coordinator.ends_of(running)
    assert end.state == state_pb2.STATE_SUCCESS
    (report,) = coordinator.reports_of(refused)
    assert report.refused.reason == agent_pb2.Refused.REASON_DRAINING


async def test_at_the_deadline_attempts_are_cancelled_if_that_was_asked_for(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 600})
    coordinator.drain(agent_pb2.Drain(deadline=LONG_AGO, cancel_at_deadline=True))

    await run_to_the_end(config)

    (end,) = coordinator.ends_of(running)
    assert end.state == state_pb2.STATE_KILLED


async def test_at_the_deadline_attempts_go_on_if_nothing_else_was_asked_for(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 0.5})
    coordinator.drain(agent_pb2.Drain(deadline=LONG_AGO))

    await run_to_the_end(config)

    (end,) = coordinator.ends_of(running)
    assert end.state == state_pb2.STATE_SUCCESS


async def test_a_draining_agent_can_be_sent_back_to_work(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        running = coordinator.assign("test.Wait", {"seconds": 600})
        coordinator.drain()
        await eventually(lambda: coordinator.heartbeats and coordinator.heartbeats[-1].is_draining)
        coordinator.drain(agent_pb2.Drain(undo=True))
        finished = await coordinator.finished(coordinator.assign("test.Echo", {"text": "back"}))
        coordinator.cancel(running)
        await coordinator.finished(running)

    assert finished.state == state_pb2.STATE_SUCCESS


async def test_an_agent_that_is_told_to_stop_waits_for_what_it_runs(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(replace(config, drain_seconds=20.0)) as agent:
        running = coordinator.assign("test.Wait", {"seconds": 0.5})
        await coordinator.reported(running, "started")
        agent.stop()
        finished = await coordinator.finished(running)

    assert finished.state == state_pb2.STATE_SUCCESS


async def test_an_agent_that_is_told_to_stop_twice_does_not_wait(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(replace(config, drain_seconds=600.0)) as agent:
        running = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(running, "started")
        agent.stop()
        agent.stop()
        finished = await coordinator.finished(running)

    assert finished.cause == agent_pb2.Finished.CAUSE_LOST
