from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from lanner_agent.tasks.command.task_runner import ChosenRunner, read_runner
from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.tasks.properties import PropertyReader


def runner_of(properties: Mapping[str, object]) -> ChosenRunner:
    reader = PropertyReader(properties)
    chosen = read_runner(reader, "ubuntu")
    reader.finish()
    return chosen


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({}, "auto"),
        ({"taskRunner": {"type": "io.kestra.plugin.core.runner.Process"}}, "process"),
        ({"taskRunner": {"type": "core.runner.Process"}}, "process"),
        ({"taskRunner": {"type": "io.kestra.plugin.scripts.runner.docker.Docker"}}, "docker"),
        ({"runner": "PROCESS"}, "process"),
        ({"runner": "DOCKER"}, "docker"),
        ({"docker": {"image": "busybox"}}, "docker"),
    ],
)
def test_the_runner_is_named_in_old_ways_and_new(
    properties: Mapping[str, object], name: str
) -> None:
    assert runner_of(properties).name == name


def test_an_unknown_runner_is_refused() -> None:
    with pytest.raises(TaskFailed, match=r"acme\.Runner.*unknown"):
        runner_of({"taskRunner": {"type": "acme.Runner"}})


def test_the_image_is_the_tasks_or_the_old_ones_or_the_default() -> None:
    assert runner_of({}).container.image == "ubuntu"
    assert runner_of({"docker": {"image": "busybox"}}).container.image == "busybox"
    assert runner_of({"containerImage": "alpine"}).container.image == "alpine"


def test_a_script_clears_the_entry_point_unless_it_names_one() -> None:
    docker = "io.kestra.plugin.scripts.runner.docker.Docker"

    cleared = runner_of({"taskRunner": {"type": docker, "entryPoint": [""]}})
    named = runner_of({"taskRunner": {"type": docker, "entryPoint": ["/tini", "--"]}})

    assert runner_of({}).container.entrypoint == ()
    assert cleared.container.entrypoint == ()
    assert named.container.entrypoint == ("/tini", "--")


def test_limits_are_read_as_people_write_them() -> None:
    container = runner_of(
        {
            "taskRunner": {
                "type": "io.kestra.plugin.scripts.runner.docker.Docker",
                "cpu": {"cpus": "0.5"},
                "memory": {"memory": "512MB"},
                "shmSize": "1.5g",
            }
        }
    ).container

    assert container.cpus == 0.5
    assert container.memory_bytes == 512 * 1024**2
    assert container.shm_bytes == 3 * 512 * 1024**2


def test_credentials_come_from_dockers_own_file_too() -> None:
    auth = base64.b64encode(b"robot:hunter2").decode()
    container = runner_of(
        {
            "containerImage": "ghcr.io/acme/tool:1",
            "taskRunner": {
                "type": "io.kestra.plugin.scripts.runner.docker.Docker",
                "config": f'{{"auths": {{"https://ghcr.io": {{"auth": "{auth}"}}}}}}',
            },
        }
    ).container

    assert container.registry_credentials == {
        "registry": "ghcr.io",
        "username": "robot",
        "password": "hunter2",
    }
    assert "hunter2" not in repr(container)


def test_the_engines_address_is_not_the_flows_to_choose() -> None:
    with pytest.raises(TaskFailed, match="set on the agent"):
        runner_of(
            {
                "taskRunner": {
                    "type": "io.kestra.plugin.scripts.runner.docker.Docker",
                    "host": "tcp://elsewhere:2375",
                }
            }
        )
