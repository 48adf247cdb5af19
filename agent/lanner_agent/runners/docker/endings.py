"""How a container ended, and why."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from signal import SIGKILL, SIGTERM
from typing import TYPE_CHECKING, Any

from lanner_agent.runners.contract import CommandEnd, EndCause
from lanner_agent.runners.docker.engine import DockerEngine

if TYPE_CHECKING:
    from docker import APIClient

UNITS = (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024))

GONE = "Its container was removed by somebody else."
# What containers that end with their engine exit with; 255 where it found them gone when it came
# back. One that shuts down answers until its containers have ended.
ENGINE_EXIT_CODES = frozenset({128 + SIGTERM, 128 + SIGKILL, 255})
SHUTDOWN_SECONDS = 2.0

ENDED_WITH_ENGINE = "Docker was stopped or restarted, and its container ended with it."


def wait_for_end(
    engine: DockerEngine, client: APIClient, container_id: str, is_stopped: Callable[[], bool]
) -> CommandEnd:
    """Wait, in a thread, for the end of a container; it may have ended already.

    Args:
        engine: Where it is.
        client: For this thread.
        container_id: Which one.
        is_stopped: Whether the agent itself has it ended.
    """
    from docker.errors import NotFound
    from requests.exceptions import RequestException

    patience = engine.patience()

    def wait_once() -> int:
        path = f"/containers/{container_id}/wait"
        with engine.stream(client, "POST", path, {"condition": "not-running"}) as answer:
            patience.answered()
            return int(json.loads(answer.read())["StatusCode"])

    try:
        exit_code = patience.insist(wait_once)
        if exit_code == 0:
            return CommandEnd(exit_code=0, cause=EndCause.EXITED)
        container = client.inspect_container(container_id)
    except NotFound:
        return CommandEnd(exit_code=None, cause=EndCause.LOST, message=GONE)
    except RequestException:
        if engine.is_closed:
            raise
        return CommandEnd(exit_code=None, cause=EndCause.LOST, message=ENDED_WITH_ENGINE)
    end = _failed_end(exit_code, container)
    if end.cause is not EndCause.EXITED or exit_code not in ENGINE_EXIT_CODES or is_stopped():
        return end
    if patience.interruptions or engine.goes_away(client, SHUTDOWN_SECONDS):
        return CommandEnd(exit_code=None, cause=EndCause.LOST, message=ENDED_WITH_ENGINE)
    # The engine hears of a want of memory by another way than of the end, and at times after it.
    with contextlib.suppress(NotFound, RequestException):
        return _failed_end(exit_code, client.inspect_container(container_id))
    return end


def shown_bytes(size: int) -> str:
    """A size for people: `512 MiB`."""
    for unit, factor in UNITS:
        if size >= factor:
            return f"{size / factor:.4g} {unit}"
    return f"{size} bytes"


def _failed_end(exit_code: int, container: dict[str, Any]) -> CommandEnd:
    if container["State"]["OOMKilled"]:
        limit = shown_bytes(container["HostConfig"]["Memory"])
        return CommandEnd(
            exit_code=exit_code,
            cause=EndCause.OUT_OF_MEMORY,
            message=f"out of memory (limit {limit})",
        )
    return CommandEnd(exit_code=exit_code, cause=EndCause.EXITED)
