from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from lanner_agent.config import Config
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import running_agent

LONG_AGO = Timestamp()
LONG_AGO.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC))


async def drained(coordinator: FakeCoordinator) -> None:
    """Wait until the agent says so."""
    await eventually(lambda: coordinator.heartbeats and coordinator.heartbeats[-1].is_draining)


async def test_an_idle_agent_that_is_drained_stays_and_can_be_sent_back_to_work(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        coordinator.drain()
        await drained(coordinator)
        beats = len(coordinator.heartbeats)
        await eventually(lambda: len(coordinator.heartbeats) > beats)
        coordinator.drain(agent_pb2.Drain(undo=True))
        finished = await coordinator.finished(coordinator.assign("test.Echo", {"text": "back"}))

    assert finished.state == state_pb2.STATE_SUCCESS
    assert len(coordinator.hellos) == 1


async def test_a_drained_agent_that_is_told_to_stop_ends_at_once(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(replace(config, drain_seconds=600.0)) as agent:
        coordinator.drain()
        await drained(coordinator)
        agent.stop()
        await eventually(lambda: not coordinator.is_linked)


async def test_undoing_a_drain_does_not_make_an_agent_that_stops_take_work(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(replace(config, drain_seconds=600.0)) as agent:
        running = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(running, "started")
        agent.stop()
        coordinator.drain(agent_pb2.Drain(undo=True))
        refused = coordinator.assign("test.Echo", {"text": "too late"})
        await coordinator.reported(refused, "refused")
        coordinator.cancel(running)
        await coordinator.finished(running)

    (report,) = coordinator.reports_of(refused)
    assert report.refused.reason == agent_pb2.Refused.REASON_DRAINING


async def test_a_draining_agent_finishes_what_it_runs_and_refuses_more(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 0.5})
    coordinator.drain()
    refused = coordinator.assign("test.Echo", {"text": "too late"})

    async with running_agent(config):
        end = await coordinator.finished(running)

    assert end.state == state_pb2.STATE_SUCCESS
    (report,) = coordinator.reports_of(refused)
    assert report.refused.reason == agent_pb2.Refused.REASON_DRAINING


async def test_at_the_deadline_attempts_are_cancelled_if_that_was_asked_for(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 600})
    coordinator.drain(agent_pb2.Drain(deadline=LONG_AGO, cancel_at_deadline=True))

    async with running_agent(config):
        end = await coordinator.finished(running)

    assert end.state == state_pb2.STATE_KILLED


async def test_at_the_deadline_attempts_go_on_if_nothing_else_was_asked_for(
    coordinator: FakeCoordinator, config: Config
) -> None:
    running = coordinator.assign("test.Wait", {"seconds": 0.5})
    coordinator.drain(agent_pb2.Drain(deadline=LONG_AGO))

    async with running_agent(config):
        end = await coordinator.finished(running)

    assert end.state == state_pb2.STATE_SUCCESS


async def test_a_draining_agent_can_be_sent_back_to_work(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        running = coordinator.assign("test.Wait", {"seconds": 600})
        coordinator.drain()
        await drained(coordinator)
        coordinator.drain(agent_pb2.Drain(undo=True))
        finished = await coordinator.finished(coordinator.assign("test.Echo", {"text": "back"}))
        coordinator.cancel(running)
        await coordinator.finished(running)

    assert finished.state == state_pb2.STATE_SUCCESS


async def test_what_was_refused_is_taken_when_it_is_assigned_again(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        coordinator.drain()
        await drained(coordinator)
        refused = coordinator.assign("test.Echo", {"text": "now"})
        await coordinator.reported(refused, "refused")
        coordinator.drain(agent_pb2.Drain(undo=True))
        coordinator.assign("test.Echo", {"text": "now"}, attempt_id=refused)
        finished = await coordinator.finished(refused)

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
