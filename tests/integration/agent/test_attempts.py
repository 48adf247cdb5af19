from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lanner_agent.config import Config
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.agent_plugins import DetachedRunner
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import running_agent

FAILED = state_pb2.STATE_FAILED
KILLED = state_pb2.STATE_KILLED
SUCCESS = state_pb2.STATE_SUCCESS


async def end_of(
    coordinator: FakeCoordinator, config: Config, type_name: str, properties: dict[str, object]
) -> agent_pb2.Finished:
    """Run one attempt on an agent of its own."""
    async with running_agent(config):
        return await coordinator.finished(coordinator.assign(type_name, properties))


async def test_an_attempt_is_accepted_started_logged_and_finished(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "hello"})
        finished = await coordinator.finished(attempt_id)

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started", "logs", "finished"]
    assert coordinator.lines_of(attempt_id) == {1: "hello"}
    assert finished.state == SUCCESS
    assert json.loads(finished.outputs) == {"text": "hello"}
    assert finished.last_line == 1


@pytest.mark.parametrize("runner", ["process", "docker", "auto"])
async def test_the_lines_of_a_command_become_logs_and_outputs(
    coordinator: FakeCoordinator, config: Config, runner: str
) -> None:
    script = 'echo one; echo \'::{"outputs":{"rows":3}}::\'; echo two'
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": script, "runner": runner})
        finished = await coordinator.finished(attempt_id)

    assert coordinator.lines_of(attempt_id) == {1: "one", 2: "two"}
    assert json.loads(finished.outputs)["vars"] == {"rows": 3}


async def test_a_command_that_fails_keeps_its_outputs(
    coordinator: FakeCoordinator, config: Config
) -> None:
    finished = await end_of(
        coordinator, config, "test.Shell", {"script": "exit 3", "runner": "process"}
    )

    assert (finished.state, finished.cause) == (FAILED, agent_pb2.Finished.CAUSE_EXIT_CODE)
    assert json.loads(finished.outputs) == {"exitCode": 3}


async def test_a_broken_task_type_fails_its_attempt_only(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        broken = await coordinator.finished(coordinator.assign("test.Break", {"text": "ouch"}))
        after = await coordinator.finished(coordinator.assign("test.Echo", {"text": "fine"}))

    assert (broken.state, broken.cause, broken.error) == (
        FAILED,
        agent_pb2.Finished.CAUSE_TASK,
        "ouch",
    )
    assert after.state == SUCCESS


async def test_properties_that_are_no_object_fail_the_attempt(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        finished = await coordinator.finished(coordinator.assign("test.Echo", b"[1"))

    assert (finished.state, finished.cause) == (FAILED, agent_pb2.Finished.CAUSE_PROPERTIES)


async def test_a_timeout_stops_the_command(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign(
            "test.Shell",
            {"script": "echo begun; sleep 600", "runner": "process"},
            timeout=timedelta(seconds=0.5),
        )
        finished = await coordinator.finished(attempt_id)

    assert (finished.state, finished.cause) == (FAILED, agent_pb2.Finished.CAUSE_TIMEOUT)
    assert coordinator.lines_of(attempt_id) == {1: "begun"}


async def test_a_cancelled_attempt_is_killed(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": "sleep 600", "runner": "process"})
        await coordinator.reported(attempt_id, "started")
        coordinator.cancel(attempt_id)
        finished = await coordinator.finished(attempt_id)

    assert (finished.state, finished.cause) == (KILLED, agent_pb2.Finished.CAUSE_KILLED)


async def test_what_a_command_says_while_it_is_stopped_is_logged(
    coordinator: FakeCoordinator, config: Config
) -> None:
    script = "trap 'echo cleaning up; exit 0' TERM; echo begun; while :; do sleep 0.05; done"
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": script, "runner": "process"})
        await eventually(lambda: coordinator.lines_of(attempt_id))
        coordinator.cancel(attempt_id, grace=timedelta(seconds=5))
        await coordinator.finished(attempt_id)

    lines = list(coordinator.lines_of(attempt_id).values())
    assert (lines[0], lines[-1]) == ("begun", "cleaning up")


async def test_the_coordinators_deadline_is_a_timeout(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(attempt_id, "started")
        coordinator.cancel(attempt_id, agent_pb2.Cancel.REASON_TIMEOUT)
        finished = await coordinator.finished(attempt_id)

    assert (finished.state, finished.cause) == (FAILED, agent_pb2.Finished.CAUSE_TIMEOUT)


async def test_a_superseded_attempt_ends_without_a_report(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(attempt_id, "started")
        coordinator.cancel(attempt_id, agent_pb2.Cancel.REASON_SUPERSEDED)
        await eventually(lambda: coordinator.acknowledged_orders == 2)
        await coordinator.idle()

    assert coordinator.kinds_of(attempt_id) == ["accepted", "started"]


async def test_cancelling_what_has_ended_is_harmless(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Echo", {"text": "done"})
        await coordinator.finished(attempt_id)
        coordinator.cancel(attempt_id)
        await eventually(lambda: coordinator.acknowledged_orders == 2)

    assert len(coordinator.ends_of(attempt_id)) == 1


async def test_secrets_are_masked_in_logs_and_errors(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        echo = coordinator.assign("test.Echo", {"text": "say hunter2"}, secrets=("hunter2",))
        fail = coordinator.assign("test.Break", {"text": "bad hunter2"}, secrets=("hunter2",))
        failed = await coordinator.finished(fail)
        await coordinator.finished(echo)

    assert coordinator.lines_of(echo) == {1: "say ********"}
    assert failed.error == "bad ********"


async def test_encrypted_outputs_are_outputs_and_masked_from_then_on(
    coordinator: FakeCoordinator, config: Config
) -> None:
    script = 'echo \'::{"encryptedOutputs":{"token":"s3cr3t!"}}::\'; echo the token is s3cr3t!'
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": script, "runner": "process"})
        finished = await coordinator.finished(attempt_id)

    marked = {"type": "io.kestra.datatype:aes_encrypted", "value": "s3cr3t!", "isClear": True}
    assert json.loads(finished.outputs)["vars"] == {"token": marked}
    assert coordinator.lines_of(attempt_id) == {1: "the token is ********"}


async def test_outputs_with_secrets_lie_on_the_disk_for_the_coordinator_only(
    coordinator: FakeCoordinator, config: Config
) -> None:
    key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    script = """echo '::{"outputs":{"token":"swordfish-4711"},"metrics":"""
    script += """[{"name":"n","type":"gauge","value":1,"tags":{"t":"swordfish-4711"}}]}::'"""
    coordinator.faults.holds_acks = True
    async with running_agent(config):
        attempt_id = coordinator.assign(
            "test.Shell",
            {"script": script, "runner": "process"},
            secrets=("swordfish-4711",),
            outputs_key=key,
        )
        finished = await coordinator.finished(attempt_id)
        await eventually(lambda: key in on_disk(config.data / "spool"))

        assert b"swordfish-4711" not in on_disk(config.data)
    assert finished.outputs == b""
    assert finished.sealed_outputs.startswith(key)
    assert b"swordfish-4711" not in finished.SerializeToString()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_metrics_are_sent_with_the_end(coordinator: FakeCoordinator, config: Config) -> None:
    finished = await end_of(coordinator, config, "test.Wait", {"seconds": 0})

    (metric,) = finished.metrics
    assert (metric.name, metric.kind, metric.value) == ("waits", state_pb2.Metric.KIND_COUNTER, 1)


async def test_an_unknown_type_is_refused(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("acme.Toast")
        await coordinator.reported(attempt_id, "refused")

    (report,) = coordinator.reports_of(attempt_id)
    assert report.refused.reason == agent_pb2.Refused.REASON_UNKNOWN_TYPE


async def test_no_more_attempts_run_than_there_are_slots(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        running = [coordinator.assign("test.Wait", {"seconds": 600}) for _ in range(4)]
        one_too_many = coordinator.assign("test.Wait", {"seconds": 600})
        await coordinator.reported(one_too_many, "refused")
        coordinator.cancel(running[0])
        await coordinator.finished(running[0])
        next_one = coordinator.assign("test.Echo", {"text": "there is room"})
        finished = await coordinator.finished(next_one)

    assert finished.state == SUCCESS


async def test_a_task_that_needs_containers_is_refused_without_an_engine(
    coordinator: FakeCoordinator, config: Config
) -> None:
    runner = DetachedRunner(config.data.parent / "detached")
    runner.is_up = False
    properties = {"script": "true", "taskRunner": {"type": "…runner.docker.Docker"}}
    async with running_agent(config, [runner]):
        attempt_id = coordinator.assign("test.Shell", properties)
        await coordinator.reported(attempt_id, "refused")
        assert not coordinator.heartbeats[-1].has_container_engine

    (report,) = coordinator.reports_of(attempt_id)
    assert report.refused.reason == agent_pb2.Refused.REASON_NO_CONTAINER_ENGINE


async def test_files_are_fetched_and_stored(coordinator: FakeCoordinator, config: Config) -> None:
    coordinator.files["kestra:///in/orders.csv"] = content = bytes(range(256)) * 40

    finished = await end_of(coordinator, config, "test.Copy", {"uri": "kestra:///in/orders.csv"})

    outputs = json.loads(finished.outputs)
    assert outputs == {"uri": "kestra:///tests/attempt-1/copy-of-orders.csv", "size": len(content)}
    assert coordinator.files[outputs["uri"]] == content


async def test_a_fetch_that_breaks_off_goes_on_where_it_was(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.files["kestra:///in/orders.csv"] = content = bytes(range(256)) * 40
    coordinator.faults.cut_fetch_after_bytes = 5_000

    finished = await end_of(coordinator, config, "test.Copy", {"uri": "kestra:///in/orders.csv"})

    assert coordinator.files[json.loads(finished.outputs)["uri"]] == content
    assert coordinator.fetch_offsets == [0, 5_120]


async def test_a_fetch_that_came_damaged_is_done_again(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.files["kestra:///in/orders.csv"] = content = bytes(range(256)) * 40
    coordinator.faults.damages_fetch = True

    finished = await end_of(coordinator, config, "test.Copy", {"uri": "kestra:///in/orders.csv"})

    assert coordinator.files[json.loads(finished.outputs)["uri"]] == content
    assert coordinator.fetch_offsets == [0, 0]


async def test_a_file_whose_sending_breaks_off_is_sent_from_there(
    coordinator: FakeCoordinator, config: Config
) -> None:
    coordinator.files["kestra:///in/orders.csv"] = content = bytes(range(256)) * 10_000
    coordinator.faults.cut_store_after_bytes = 1_500_000

    finished = await end_of(coordinator, config, "test.Copy", {"uri": "kestra:///in/orders.csv"})

    assert coordinator.files[json.loads(finished.outputs)["uri"]] == content
    assert coordinator.store_offsets[0] == 0
    assert coordinator.store_offsets[1] >= 1_500_000


async def test_a_file_that_does_not_exist_fails_the_attempt(
    coordinator: FakeCoordinator, config: Config
) -> None:
    finished = await end_of(coordinator, config, "test.Copy", {"uri": "kestra:///in/nothing.csv"})

    assert (finished.state, finished.cause) == (FAILED, agent_pb2.Finished.CAUSE_ARTIFACT)
    assert "kestra:///in/nothing.csv" in finished.error


async def test_the_folder_of_an_ended_attempt_is_removed(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", {"script": "touch file", "runner": "process"})
        await coordinator.finished(attempt_id)
        await eventually(lambda: not list((config.data / "work").iterdir()))


async def test_a_thousand_lines_arrive_in_order(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Chatter", {"lines": 3_000})
        finished = await coordinator.finished(attempt_id)

    lines = coordinator.lines_of(attempt_id)
    assert list(lines) == list(range(1, 3_001))
    assert lines[3_000].strip() == "line 2999"
    assert finished.last_line == 3_000


async def test_attempts_run_at_the_same_time(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        attempts = [coordinator.assign("test.Wait", {"seconds": 0.5}) for _ in range(4)]
        begin = asyncio.get_running_loop().time()
        for attempt_id in attempts:
            await coordinator.finished(attempt_id)

    assert asyncio.get_running_loop().time() - begin < 1.9


async def test_no_process_shows_a_secret_that_a_shell_is_given(
    coordinator: FakeCoordinator, config: Config
) -> None:
    script = "echo the arguments; ps -eo args; echo swordfish-4711 | tr a-z b-za"
    async with running_agent(config):
        attempt_id = coordinator.assign(
            "test.Shell", {"script": script, "runner": "process"}, secrets=("swordfish-4711",)
        )
        await coordinator.finished(attempt_id)

    lines = list(coordinator.lines_of(attempt_id).values())
    assert lines[0] == "the arguments"
    assert lines[-1] == "txpsegjti-4711"
    # What is masked was there.
    assert not [line for line in lines if "********" in line]


async def test_a_secret_among_the_arguments_of_another_program_is_warned_of(
    coordinator: FakeCoordinator, config: Config
) -> None:
    properties = {
        "script": "print('swordfish-4711'[::-1])",
        "program": "python3 -c",
        "runner": "process",
    }
    async with running_agent(config):
        attempt_id = coordinator.assign("test.Shell", properties, secrets=("swordfish-4711",))
        finished = await coordinator.finished(attempt_id)

    assert finished.state == SUCCESS
    warning, printed = coordinator.lines_of(attempt_id).values()
    assert "other processes of the host can read it: give it in `env`" in warning
    assert printed == "1174-hsifdrows"
