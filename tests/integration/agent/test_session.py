from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from lanner_agent.config import Config
from lanner_agent.errors import SessionRefused, TakenOver
from lanner_agent.wire import local_socket
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import agent_config, run_to_the_end, running_agent

CHATTER = {"lines": 2_000, "padding": "x" * 100}


async def test_hello_says_who_dials(coordinator: FakeCoordinator, config: Config) -> None:
    config = replace(config, labels={"zone": "eu"})
    async with running_agent(config):
        await coordinator.linked()

    (hello,) = coordinator.hellos
    assert (hello.protocol_version, hello.min_protocol_version) == (1, 1)
    assert (hello.agent_id, hello.slots, dict(hello.labels)) == (config.agent_id, 4, {"zone": "eu"})
    assert list(hello.held_attempt_ids) == []


async def test_the_catalog_is_sent_only_when_it_is_wanted(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        await eventually(lambda: coordinator.catalogs)
        coordinator.drop_stream()
        await eventually(lambda: len(coordinator.hellos) == 2)
        await coordinator.finished(coordinator.assign("test.Echo", {"text": "hello"}))

    assert list(coordinator.catalogs) == [coordinator.hellos[0].catalog_sha256]
    (catalog,) = coordinator.catalogs.values()
    assert "test.Echo" in {task_type.name for task_type in catalog.task_types}


async def test_orders_are_acknowledged(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        coordinator.assign("test.Echo", {"text": "hello"})
        await eventually(lambda: coordinator.acknowledged_orders == 1)


async def test_a_repeated_order_runs_once(coordinator: FakeCoordinator, config: Config) -> None:
    coordinator.faults.sends_twice = True
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
        await coordinator.finished(attempt_id)
        await coordinator.finished(coordinator.assign("test.Echo", {"text": "after"}))

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started", "logs", "finished"]


async def test_an_attempt_assigned_again_under_another_number_runs_once(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
        await coordinator.finished(attempt_id)
        coordinator.assign("test.Echo", {"text": "again"}, attempt_id=attempt_id)
        await eventually(lambda: coordinator.acknowledged_orders == 2)

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started", "logs", "finished"]


async def test_a_dropped_stream_loses_and_repeats_nothing(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Chatter", CHATTER)
        for _ in range(3):
            await coordinator.linked()
            coordinator.drop_stream()
        finished = await coordinator.finished(attempt_id)

    assert list(coordinator.lines_of(attempt_id)) == list(range(1, 2_001))
    assert finished.last_line == 2_000
    assert len(coordinator.ends_of(attempt_id)) == 1


async def test_a_stream_cut_in_the_midst_of_reports_goes_on_after_the_last_one_that_came(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.cut_after_reports = 3
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Chatter", CHATTER)
        await coordinator.finished(attempt_id)

    assert coordinator.kinds_of(attempt_id)[:3] == ["accepted", "started", "logs"]
    assert list(coordinator.lines_of(attempt_id)) == list(range(1, 2_001))
    assert len(coordinator.hellos) == 2


async def test_what_was_not_acknowledged_is_sent_again_from_its_beginning(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.holds_acks = True
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
        await coordinator.finished(attempt_id)
        first = list(coordinator.sequences)
        coordinator.faults.holds_acks = False
        coordinator.drop_stream()
        await eventually(lambda: coordinator.sequences[len(first) :])

    assert coordinator.sequences[len(first)] == 1
    assert coordinator.hellos[1].held_attempt_ids == [attempt_id]


async def test_late_acknowledgements_do_not_hold_up_the_work(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.ack_delay_seconds = 0.3
    async with running_agent(config):
        for _ in range(2):
            await coordinator.finished(coordinator.assign("test.Echo", {"text": "hello"}))


@pytest.mark.parametrize("goes_on_counting", [True, False])
async def test_a_coordinator_that_lost_its_memory_gets_the_results_all_the_same(
    coordinator: FakeCoordinator, config: Config, goes_on_counting: bool
) -> None:
    coordinator.faults.goes_on_counting = goes_on_counting
    async with running_agent(config):
        first = coordinator.assign("test.Echo", {"text": "before"})
        await coordinator.finished(first)
        running = coordinator.assign("test.Wait", {"seconds": 0.3})
        await coordinator.reported(running, "started")

        await coordinator.restart()

        finished = await coordinator.finished(running)
        after = await coordinator.finished(coordinator.assign("test.Echo", {"text": "after"}))

    assert running in coordinator.hellos[1].held_attempt_ids
    assert finished.state == after.state == state_pb2.STATE_SUCCESS
    assert len(coordinator.ends_of(running)) == 1


async def test_attempts_go_on_while_the_coordinator_is_away(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": "echo done", "runner": "docker"})
        await coordinator.reported(attempt_id, "accepted")
        await coordinator.stop()
        await eventually(lambda: not list((config.data.parent / "detached").glob("*")))

        await coordinator.start()
        await coordinator.finished(attempt_id)

    assert coordinator.lines_of(attempt_id) == {1: "done"}


async def test_an_agent_waits_for_a_coordinator_that_comes_later(
    tmp_socket_dir: Path, tmp_path: Path
) -> None:
    late = FakeCoordinator(tmp_socket_dir / "late.sock")
    async with running_agent(agent_config(late.target, tmp_path)), late:
        await late.linked()


async def test_forgotten_attempts_end_without_a_report(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(attempt_id, "started")
        coordinator.current.clear()
        coordinator.drop_stream()
        await eventually(lambda: len(coordinator.hellos) == 2)
        await coordinator.idle()

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started"]


async def test_attempts_of_a_later_epoch_end_without_a_report(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.epoch = 5
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(attempt_id, "started")
        coordinator.epoch = 4
        coordinator.drop_stream()
        await eventually(lambda: len(coordinator.hellos) == 2)
        await coordinator.idle()

    assert coordinator.hellos[1].epoch == 5
    assert coordinator.kinds_of(attempt_id) == ["accepted", "started"]


@pytest.mark.parametrize(
    "broken",
    [
        agent_pb2.CoordinatorMessage(assign=agent_pb2.Assign(attempt_id="no-number")),
        agent_pb2.CoordinatorMessage(sequence=1, assign=agent_pb2.Assign(attempt_id="../up")),
        agent_pb2.CoordinatorMessage(sequence=7, drain=agent_pb2.Drain()),
        agent_pb2.CoordinatorMessage(ack=agent_pb2.Ack(sequence=99)),
        agent_pb2.CoordinatorMessage(welcome=agent_pb2.Welcome()),
    ],
)
async def test_a_message_that_breaks_the_rules_ends_the_session_and_not_the_agent(
    coordinator: FakeCoordinator, config: Config, broken: agent_pb2.CoordinatorMessage
) -> None:
    async with running_agent(config):
        await coordinator.linked()
        coordinator.send_raw(broken)
        await eventually(lambda: len(coordinator.hellos) == 2)
        finished = await coordinator.finished(coordinator.assign("test.Echo", {"text": "fine"}))

    assert finished.state == state_pb2.STATE_SUCCESS


async def test_a_message_of_a_later_version_is_acknowledged(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        await coordinator.linked()
        coordinator.order(agent_pb2.CoordinatorMessage())
        await eventually(lambda: coordinator.acknowledged_orders == 1)

    assert len(coordinator.hellos) == 1


async def test_a_refusal_for_good_ends_the_agent_with_its_sentence(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.refusal = agent_pb2.Refusal(reason="Version 1 is too old: install 2.")

    with pytest.raises(SessionRefused, match="Version 1 is too old: install 2"):
        await run_to_the_end(config)


async def test_a_refusal_for_now_is_tried_again(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.faults.refusal = agent_pb2.Refusal(reason="Starting.", may_retry=True)
    async with running_agent(config):
        await eventually(lambda: coordinator.refused_count >= 2)
        coordinator.faults.refusal = None
        await coordinator.linked()


async def test_an_agent_whose_id_was_taken_over_ends(
    coordinator: FakeCoordinator, config: Config
) -> None:
    attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
    coordinator.faults.taken_over_at = "started"

    with pytest.raises(TakenOver, match="give each agent its own --id"):
        await run_to_the_end(config)

    assert "started" in coordinator.kinds_of(attempt_id)


async def test_unanswered_heartbeats_end_the_session(tmp_socket_dir: Path, tmp_path: Path) -> None:
    async with FakeCoordinator(
        tmp_socket_dir / "mute.sock", lease_seconds=0.5, heartbeat_seconds=0.1
    ) as mute:
        mute.faults.mute = True
        async with running_agent(agent_config(mute.target, tmp_path)):
            await eventually(lambda: len(mute.hellos) >= 2)


async def test_heartbeats_tell_how_the_agent_is(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(attempt_id, "started")
        await eventually(lambda: coordinator.heartbeats[-1].busy_slots == 1)

    heartbeat = coordinator.heartbeats[-1]
    assert 0 <= heartbeat.cpu_load <= 1
    assert 0 < heartbeat.memory_used_bytes < heartbeat.memory_total_bytes
    assert heartbeat.disk_free_bytes > 0
    assert heartbeat.has_container_engine
    numbers = [each.number for each in coordinator.heartbeats]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_quiet_session_stays(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        await coordinator.linked()
        await eventually(lambda: len(coordinator.heartbeats) >= 5)
        await asyncio.sleep(0)

    assert len(coordinator.hellos) == 1


async def test_an_agent_without_a_coordinator_says_so_once(
    tmp_socket_dir: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_socket, "PATIENCE_SECONDS", 0.0)
    target = f"unix:{tmp_socket_dir / 'nowhere.sock'}"
    async with running_agent(agent_config(target, tmp_path)):
        await eventually(lambda: "Dialling again" in caplog.text)

    assert caplog.text.count("Dialling again") == 1
