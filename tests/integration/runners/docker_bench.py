"""A docker runner for tests, whose containers are gone when the tests end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from tests.support.commands import shell_command
from tests.support.docker_engine import DockerEngine


@dataclass(frozen=True, kw_only=True)
class DockerBench:
    """Where commands are run.

    Attributes:
        engine: The engine below.
        config: Of the runners.
        options: What containers get unless a test says otherwise.
        folder: Commands have their folders below it.
    """

    engine: DockerEngine
    config: DockerConfig
    options: ContainerOptions
    folder: Path

    def runner(self, **changes: Any) -> DockerRunner:
        """One more runner of the same agent."""
        return DockerRunner(replace(self.config, **changes))

    def command(
        self,
        text: str,
        *,
        attempt_id: str | None = None,
        argv: Sequence[str] | None = None,
        text_files: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Command:
        """A command in a container of its own."""
        command = shell_command(
            self.folder,
            text,
            attempt_id=attempt_id or self.engine.unique_name("attempt"),
            text_files=text_files,
            container=replace(self.options, **options),
        )
        return command if argv is None else replace(command, argv=argv)

    def inspect(self, command: Command) -> dict[str, Any]:
        """All that the engine knows of a command's container."""
        (container,) = self.engine.containers_of(command.attempt_id)
        facts: dict[str, Any] = container.attrs
        return facts
