"""`io.kestra.plugin.docker.Run`: a container with its own image's program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.tasks import schema
from lanner_agent.tasks.command.container_labels import labels_of
from lanner_agent.tasks.command.environment import CommandEnvironment, read_environment
from lanner_agent.tasks.command.environment_schema import FILES
from lanner_agent.tasks.command.input_files import fetch_named, place_artifacts
from lanner_agent.tasks.command.namespace_files import place_namespace_files
from lanner_agent.tasks.command.outcome import Wanted, conclude
from lanner_agent.tasks.command.outputs_schema import COMMAND_OUTPUTS
from lanner_agent.tasks.command.runner_schema import CONTAINER
from lanner_agent.tasks.command.task_runner import read_container
from lanner_agent.tasks.contract import (
    FinishedCommand,
    Properties,
    TaskContext,
    TaskResult,
    TaskType,
)
from lanner_agent.tasks.properties import PropertyReader

NAME = "io.kestra.plugin.docker.Run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerTask:
    """A container task as its properties say.

    Attributes:
        arguments: For the entry point; empty: the image's own command.
        container: What the container gets.
        environment: Variables and files.
    """

    arguments: Sequence[str]
    container: ContainerOptions
    environment: CommandEnvironment


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Fetch files, run the container, store files."""
    task = _read(PropertyReader(properties), context)
    given = task.environment
    artifacts = await fetch_named(context, [*task.arguments, *given.texts])
    await place_namespace_files(context, given.namespace_files)
    files = await place_artifacts(context, given.input_files)
    command = Command(
        attempt_id=context.identity.attempt_id,
        argv=[artifacts.fill(word) for word in task.arguments],
        environment={name: artifacts.fill(text) for name, text in given.variables.items()},
        working_dir=context.working_dir,
        output_dir=context.output_dir,
        text_files={path: artifacts.fill(text) for path, text in files.items()},
        working_dir_token=context.working_dir_token,
        output_dir_token=context.output_dir_token,
        labels=labels_of(context.identity),
        container=task.container,
    )
    wanted = Wanted(output_files=given.output_files)
    finished = await context.run(command, "docker", wanted.to_json())
    return await conclude(context, finished, wanted)


async def resume(
    context: TaskContext, finished: FinishedCommand, kept: Mapping[str, object]
) -> TaskResult:
    """Store files of a container that was found again."""
    return await conclude(context, finished, Wanted.from_json(kept))


def _read(reader: PropertyReader, context: TaskContext) -> ContainerTask:
    entrypoint = tuple(reader.texts("entryPoint")) if "entryPoint" in reader else None
    if not reader.flag("wait", default=True):
        reader.refuse(
            "The property `wait` is false, but a container never outlives its task: remove it, or"
            " run the service outside of flows."
        )
    task = ContainerTask(
        arguments=reader.texts("commands"),
        container=read_container(reader, reader.required_text("containerImage"), entrypoint),
        environment=read_environment(reader, context.working_dir_token),
    )
    reader.finish()
    return task


TASK_TYPES: Sequence[TaskType] = (
    TaskType(
        name=NAME,
        aliases=("io.kestra.plugin.docker.cli.Run",),
        description="Run a container.",
        properties_schema=schema.record(
            {
                "containerImage": schema.text("Image of the container."),
                "commands": schema.text_or_texts("Arguments instead of the image's command."),
                **CONTAINER,
                **FILES,
                "wait": schema.flag("Must be true: a task waits for its container.", default=True),
            },
            required=["containerImage"],
        ),
        outputs_schema=schema.record(COMMAND_OUTPUTS),
        run=run,
        resume=resume,
        examples=(
            f"id: greet\ntype: {NAME}\ncontainerImage: busybox\ncommands:\n  - echo\n  - Hello\n",
        ),
    ),
)
"""All types of this family, for the entry point."""
