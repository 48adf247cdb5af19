"""Builds the runners of an agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lanner_agent.clock import Clock
from lanner_agent.runners.contract import Runner
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.runner import DockerRunner
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from lanner_agent.runners.scripted.runner import ScriptedEngine, ScriptedRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnersConfig:
    """Which runners an agent has.

    Attributes:
        docker: How containers are run; absent: they are not.
        process: How processes are run; absent: they are not.
        scripted: Where scripted commands are played, for tests; absent: they are not.
    """

    docker: DockerConfig | None = None
    process: ProcessConfig | None = None
    scripted: ScriptedEngine | None = None


def build_runners(config: RunnersConfig, clock: Clock) -> Mapping[str, Runner]:
    """The runners by name; none of them does anything yet."""
    runners: list[Runner] = []
    if config.docker is not None:
        runners.append(DockerRunner(config.docker))
    if config.process is not None:
        runners.append(ProcessRunner(config.process, clock))
    if config.scripted is not None:
        runners.append(ScriptedRunner(config.scripted, clock))
    return {runner.name: runner for runner in runners}
