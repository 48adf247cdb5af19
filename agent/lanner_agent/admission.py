"""Whether an attempt may start here now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lanner_agent.reports import RefusalReason

_CONTAINER_TYPES = "io.kestra.plugin.docker."
_CONTAINER_RUNNER = "runner.docker.Docker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorstep:
    """The agent's state when an attempt arrives.

    Attributes:
        free_slots: How many more attempts may run.
        is_draining: No new attempts are taken.
        disk_free_bytes: Where attempts work.
        min_disk_free_bytes: Less than this is too little.
        has_container_engine: A container engine answers.
    """

    free_slots: int
    is_draining: bool
    disk_free_bytes: int
    min_disk_free_bytes: int
    has_container_engine: bool


def refusal(
    doorstep: Doorstep,
    type_name: str,
    *,
    is_known: bool,
    properties: Mapping[str, object],
    has_folder: bool = False,
) -> tuple[RefusalReason, str] | None:
    """Why an attempt may not start, and a sentence; absent when it may.

    Args:
        doorstep: The agent's state.
        type_name: Of its task.
        is_known: The agent has this type.
        properties: Of its task.
        has_folder: It goes on in a folder that only this agent has, also while it drains.
    """
    if doorstep.is_draining and not has_folder:
        return RefusalReason.DRAINING, "The agent is draining and takes no new attempts."
    if doorstep.free_slots <= 0:
        return RefusalReason.BUSY, "All slots of the agent are in use."
    if not is_known:
        return RefusalReason.UNKNOWN_TYPE, f'The agent has no task type "{type_name}".'
    if doorstep.disk_free_bytes < doorstep.min_disk_free_bytes:
        free, needed = doorstep.disk_free_bytes >> 20, doorstep.min_disk_free_bytes >> 20
        sentence = f"The agent's disk has {free} MiB left, and {needed} MiB are the least."
        return RefusalReason.DISK, sentence
    if not doorstep.has_container_engine and needs_container_engine(type_name, properties):
        return RefusalReason.NO_CONTAINER_ENGINE, "No container engine answers on the agent's host."
    return None


def needs_container_engine(type_name: str, properties: Mapping[str, object]) -> bool:
    """Whether a task cannot do without containers; scripts that name no runner can."""
    if type_name.startswith(_CONTAINER_TYPES):
        return True
    runner = properties.get("taskRunner")
    name = runner.get("type") if isinstance(runner, Mapping) else None
    return isinstance(name, str) and name.endswith(_CONTAINER_RUNNER)
