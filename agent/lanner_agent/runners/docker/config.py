"""How the docker runner works on this host."""

from __future__ import annotations

from dataclasses import dataclass, field

from lanner_agent.runners.policy import HostPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerConfig:
    """How containers are run.

    Attributes:
        agent_id: Containers are labelled with it, so that a later boot of the agent finds them.
        data: The agent's data folder, a label too: several coordinators may have an agent of the
            same id on one host.
        host: Address of the engine; absent: as `DOCKER_HOST` and its sisters say.
        policy: What containers may be given.
        cpus: Limit of a container that asks for none, in processors.
        memory_bytes: Limit of a container that asks for none.
        pids: Limit of processes and threads of a container.
        most_containers: Containers that are watched at once; more of them wait for each other.
        pull_tries: How often a pull is tried while the registry does not answer.
        answer_seconds: Limit for an answer of the engine.
        patience_seconds: How long a running container is believed in while the engine is away.
        shares_files: Where the engine sees this host's files under the same paths, what would be
            copied into a container and out of it (`VOLUME`) is mounted instead, which is faster;
            the first container shows whether it does. Only for an agent that may remove what a
            container's root leaves.
    """

    agent_id: str
    data: str = ""
    host: str | None = None
    policy: HostPolicy = field(default_factory=HostPolicy)
    cpus: float = 2.0
    memory_bytes: int = 2 * 1024**3
    pids: int = 1024
    most_containers: int = 64
    pull_tries: int = 6
    answer_seconds: int = 60
    patience_seconds: float = 60.0
    shares_files: bool = False
