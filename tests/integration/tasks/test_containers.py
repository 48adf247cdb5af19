"""Script and container tasks in Docker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskFailed
from lanner_agent.tasks.docker_run import TASK_TYPES as DOCKER_TYPES
from lanner_agent.tasks.scripts import TASK_TYPES as SCRIPT_TYPES
from tests.support.docker_engine import DockerEngine
from tests.support.fake_task_context import FakeTaskContext

DOCKER = "io.kestra.plugin.scripts.runner.docker.Docker"

PYTHON_SCRIPT = next(known for known in SCRIPT_TYPES if known.name.endswith("python.Script"))
SHELL_COMMANDS = next(known for known in SCRIPT_TYPES if known.name.endswith("shell.Commands"))
(DOCKER_RUN,) = DOCKER_TYPES


@pytest.fixture
async def context(docker_engine: DockerEngine, tmp_path: Path) -> AsyncIterator[FakeTaskContext]:
    runner = DockerRunner(DockerConfig(agent_id=docker_engine.unique_name("agent")))
    async with runner.running():
        context = FakeTaskContext(
            folder=tmp_path,
            runners={"docker": runner},
            attempt_id=docker_engine.unique_name("attempt"),
        )
        yield context
        await context.discard()


async def test_a_script_transforms_an_artifact_into_another(
    context: FakeTaskContext, python_image: str
) -> None:
    uri = context.put("run/rows.csv", b"id,quantity,price\n1,2,10.5\n2,1,3\n")
    script = (
        "import pandas as pd\n"
        f"df = pd.read_csv('{uri}')\n"
        "df['total'] = df['quantity'] * df['price']\n"
        "df.to_csv('{{LANNER-OUTPUT-DIR}}/transformed.csv')\n"
    )

    result = await PYTHON_SCRIPT.run(context, {"script": script, "containerImage": python_image})

    assert context.stored(str(result.outputs["uri"])) == (
        b",id,quantity,price,total\n0,1,2,10.5,21.0\n1,2,1,3.0,3.0\n"
    )
    details = result.outputs["taskRunner"]
    assert isinstance(details, dict)
    assert details["type"] == DOCKER
    assert len(details["containerId"]) == 64
    labels = context.commands[0].labels
    assert labels["kestra.io/flow-id"] == labels["lanner.dev/flow-id"] == "orders"


async def test_a_container_runs_with_its_files(
    context: FakeTaskContext, busybox_image: str
) -> None:
    result = await DOCKER_RUN.run(
        context,
        {
            "containerImage": busybox_image,
            "commands": ["sh", "-c", "cat in.txt; echo $MODE > out.txt"],
            "env": {"MODE": "fast"},
            "inputFiles": {"in.txt": "hello\n"},
            "outputFiles": ["*.txt"],
            "networkMode": "none",
        },
    )

    assert context.texts(LogLevel.INFO) == ["hello"]
    files = result.outputs["outputFiles"]
    assert isinstance(files, dict)
    assert context.stored(files["out.txt"]) == b"fast\n"


async def test_a_script_without_enough_memory_fails_with_the_limit(
    context: FakeTaskContext, busybox_image: str
) -> None:
    with pytest.raises(TaskFailed) as failed:
        await SHELL_COMMANDS.run(
            context,
            {
                "commands": ["tail /dev/zero"],
                "containerImage": busybox_image,
                "taskRunner": {"type": DOCKER, "memory": {"memory": "16MB"}, "networkMode": "none"},
            },
        )

    assert failed.value.cause is FailureCause.OUT_OF_MEMORY
    assert failed.value.message == (
        "The command ran out of memory (limit 16 MiB): give it more with `memory`."
    )
    assert failed.value.outputs["exitCode"] == 137


async def test_a_script_ends_after_a_restart_of_the_agent_as_if_nothing_had_happened(
    context: FakeTaskContext, busybox_image: str
) -> None:
    first = await SHELL_COMMANDS.run(
        context,
        {
            "commands": ["echo 1 > a.csv", "echo problem >&2"],
            "outputFiles": ["*.csv"],
            "warningOnStdErr": True,
            "containerImage": busybox_image,
            "taskRunner": {"type": DOCKER, "networkMode": "none"},
        },
    )
    (command,) = context.commands
    found = await context.runners["docker"].reattach(command, context.running[0].handle, None)
    assert found is not None
    assert SHELL_COMMANDS.resume is not None

    again = await SHELL_COMMANDS.resume(
        context, await context.watch(found), context.resume_notes[0]
    )

    assert again == first
    assert again.is_warning
