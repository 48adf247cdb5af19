from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from lanner_agent.config import Config
from lanner_proto.v1 import agent_pb2, state_pb2
from tests.support.agent_plugins import end_detached
from tests.support.eventually import eventually
from tests.support.fake_agent_coordinator import FakeCoordinator
from tests.support.running_agent import agent_program, running_agent

WORKING_DIRECTORY = "io.kestra.plugin.core.flow.WorkingDirectory"
FOLDER = "E1-1.folder1"
FIRST = agent_pb2.SharedFolder(folder_id=FOLDER, may_be_made=True)
LATER = agent_pb2.SharedFolder(folder_id=FOLDER)


async def shell(
    coordinator: FakeCoordinator, script: str, folder: agent_pb2.SharedFolder, runner: str
) -> agent_pb2.Finished:
    """Run a command in a folder."""
    properties = {"script": script, "runner": runner}
    attempt_id = coordinator.assign("test.Shell", properties, shared_folder=folder)
    return await coordinator.finished(attempt_id)


def nothing_is_left(config: Config) -> bool:
    """Whether no folder is left of any attempt."""
    return not any((config.data / "shared").iterdir()) and not any((config.data / "work").iterdir())


@pytest.mark.parametrize("runner", ["process", "docker"])
async def test_attempts_see_what_those_before_them_left(
    coordinator: FakeCoordinator, config: Config, runner: str
) -> None:
    async with running_agent(config):
        await shell(coordinator, "echo left > file", FIRST, runner)
        seen = 'echo \'::{"outputs":{"seen":"\'$(cat file)\'"}}::\''
        finished = await shell(coordinator, seen, LATER, runner)

        assert json.loads(finished.outputs)["vars"] == {"seen": "left"}
        coordinator.remove_folder(FOLDER)
        await eventually(lambda: nothing_is_left(config))


async def test_output_folders_are_not_shared(coordinator: FakeCoordinator, config: Config) -> None:
    async with running_agent(config):
        await shell(coordinator, 'echo mine > "$OUTPUT_DIR/file"', FIRST, "process")
        finished = await shell(coordinator, 'test ! -e "$OUTPUT_DIR/file"', LATER, "process")

    assert finished.state == state_pb2.STATE_SUCCESS


async def test_an_attempt_whose_folder_is_gone_is_lost(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        finished = await shell(coordinator, "true", LATER, "process")

    assert finished.cause == agent_pb2.Finished.CAUSE_LOST


async def test_a_folder_stays_until_the_attempt_in_it_has_ended(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        script = {"script": "echo begun; sleep 600", "runner": "process"}
        attempt_id = coordinator.assign("test.Shell", script, shared_folder=FIRST)
        await coordinator.reported(attempt_id, "logs")
        coordinator.remove_folder(FOLDER)
        await eventually(lambda: coordinator.acknowledged_orders >= 2)
        assert (config.data / "shared" / FOLDER).exists()

        coordinator.cancel(attempt_id)
        await coordinator.finished(attempt_id)

        await eventually(lambda: nothing_is_left(config))


async def test_a_draining_agent_takes_what_goes_on_in_its_folder(
    coordinator: FakeCoordinator, config: Config
) -> None:
    async with running_agent(config):
        await shell(coordinator, "true", FIRST, "process")
        coordinator.drain()
        finished = await shell(coordinator, "true", LATER, "process")

        assert finished.state == state_pb2.STATE_SUCCESS


async def test_a_killed_agent_finds_its_folders_again_and_forgets_those_that_nobody_wants(
    coordinator: FakeCoordinator, config: Config, tmp_path: Path
) -> None:
    coordinator.folders.add(FOLDER)
    other = agent_pb2.SharedFolder(folder_id="E2-1.folder1", may_be_made=True)
    program = agent_program(config, tmp_path / "agent.log")
    try:
        await shell(coordinator, "echo left > file", FIRST, "process")
        await shell(coordinator, "true", other, "process")
        program.send_signal(signal.SIGKILL)
        program.wait()
        program = agent_program(config, tmp_path / "agent.log")
        finished = await shell(coordinator, "grep left file", LATER, "process")

        assert finished.state == state_pb2.STATE_SUCCESS
        assert list(coordinator.hellos[-1].held_folder_ids) == [FOLDER, "E2-1.folder1"]
        shared = config.data / "shared"
        await eventually(lambda: os.listdir(shared) == [FOLDER])
    finally:
        program.kill()
        program.wait()
        end_detached(tmp_path / "detached")


async def test_a_container_that_outlives_the_agent_keeps_its_folder(
    coordinator: FakeCoordinator, config: Config, tmp_path: Path
) -> None:
    coordinator.folders.add(FOLDER)
    program = agent_program(config, tmp_path / "agent.log")
    try:
        script = "echo begun; sleep 1; echo left > file"
        properties = {"script": script, "runner": "docker"}
        attempt_id = coordinator.assign("test.Shell", properties, shared_folder=FIRST)
        await coordinator.reported(attempt_id, "logs")
        program.send_signal(signal.SIGKILL)
        program.wait()
        program = agent_program(config, tmp_path / "agent.log")
        await coordinator.finished(attempt_id)
        finished = await shell(coordinator, "grep left file", LATER, "process")

        assert finished.state == state_pb2.STATE_SUCCESS
    finally:
        program.kill()
        program.wait()
        end_detached(tmp_path / "detached")


async def test_a_folder_is_filled_collected_and_its_cache_kept_for_the_next(
    coordinator: FakeCoordinator, config: Config
) -> None:
    cache = {"patterns": ["*.txt"], "ttl": "PT1H"}
    async with running_agent(config):
        filling = {"work": "FILL", "inputFiles": {"in/put.txt": "given"}, "cache": cache}
        attempt_id = coordinator.assign(WORKING_DIRECTORY, filling, shared_folder=FIRST)
        await coordinator.finished(attempt_id)
        await shell(coordinator, "cp in/put.txt made.txt", LATER, "process")
        collecting = {"work": "COLLECT", "outputFiles": ["in/*"], "cache": cache}
        attempt_id = coordinator.assign(WORKING_DIRECTORY, collecting, shared_folder=LATER)
        finished = await coordinator.finished(attempt_id)
        uri = json.loads(finished.outputs)["outputFiles"]["in/put.txt"]
        assert coordinator.files[uri] == b"given"
        assert coordinator.cache

        another = agent_pb2.SharedFolder(folder_id="E2-1.folder1", may_be_made=True)
        filling = {"work": "FILL", "cache": cache}
        attempt_id = coordinator.assign(WORKING_DIRECTORY, filling, shared_folder=another)
        await coordinator.finished(attempt_id)
        again = agent_pb2.SharedFolder(folder_id="E2-1.folder1")
        finished = await shell(coordinator, "grep given made.txt", again, "process")

    assert finished.state == state_pb2.STATE_SUCCESS
