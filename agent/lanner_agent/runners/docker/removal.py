"""Removes containers, so that nothing of them is left."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lanner_agent.runners.docker.creation import AGENT_LABEL, ATTEMPT_LABEL, DATA_LABEL

if TYPE_CHECKING:
    from docker import APIClient

    from lanner_agent.runners.docker.config import DockerConfig

REMOVAL_SECONDS = 60


def remove_container(client: APIClient, container_id: str) -> None:
    """Remove a container, running or not, with its own volumes; it may be gone already.

    Raises:
        docker.errors.APIError: The engine cannot do it.
    """
    from docker.errors import APIError, NotFound

    try:
        with suppress(NotFound):
            client.remove_container(container_id, v=True, force=True)
    except APIError as refusal:
        if refusal.status_code != 409:
            raise
        # Somebody else is removing it right now.
        with suppress(NotFound):
            client.wait(container_id, timeout=REMOVAL_SECONDS, condition="removed")


def containers_of_agent(client: APIClient, config: DockerConfig) -> dict[str, str]:
    """Containers of an agent, running or not: id to attempt id."""
    label = f"{AGENT_LABEL}={config.agent_id}"
    listed = client.containers(all=True, filters={"label": label})
    return {
        container["Id"]: container["Labels"].get(ATTEMPT_LABEL, "")
        for container in listed
        if container["Labels"].get(DATA_LABEL, "") == config.data
    }
