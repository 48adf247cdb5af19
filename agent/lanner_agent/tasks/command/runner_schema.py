"""Schemas of `taskRunner` and of what a container gets."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks import schema
from lanner_agent.tasks.command.task_runner import (
    FILE_HANDLING,
    LEGACY_RUNNERS,
    PREFIX,
    PULL_POLICIES,
    RUNNER_OF_TYPE,
)
from lanner_agent.tasks.schema import Schema

CREDENTIALS = schema.record(
    {
        "registry": schema.text("Host of the registry."),
        "username": schema.text("Name of the account."),
        "password": schema.text("Its password: better a `secret()` than a text."),
        "registryToken": schema.text("Bearer token for the registry."),
        "identityToken": schema.text("Token of an identity provider."),
        "auth": schema.text("`username:password` in base64."),
    },
    description="Account for pulling the image.",
)

DEVICE_REQUEST: Mapping[str, Schema] = {
    "driver": schema.text("Driver, as `nvidia`."),
    "count": schema.whole("How many devices; -1 is all.", minimum=-1),
    "deviceIds": schema.texts("Ids of devices."),
    "capabilities": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "string"}},
        "description": 'Lists of capabilities, as `[["gpu"]]`.',
    },
    "options": schema.text_map("Options of the driver."),
}

MEMORY = schema.record(
    {
        "memory": schema.text("Most memory that the container may use, as `512MB`."),
        "memorySwap": schema.text("Accepted; containers never swap."),
        "memorySwappiness": schema.text("Accepted; containers never swap."),
        "memoryReservation": schema.text("Accepted, without effect."),
        "kernelMemory": schema.text("Accepted, without effect."),
        "oomKillDisable": schema.flag("Accepted, without effect."),
    },
    description="Limits of memory; by default the agent's.",
)

CPU = schema.record(
    {
        "cpus": schema.number(
            "Most processors that the container may use: 0.5 is half of one.", exclusiveMinimum=0
        )
    },
    description="Limits of processors; by default the agent's.",
)

CONTAINER: Mapping[str, Schema] = {
    "user": schema.text("`uid[:gid]` or a name in the image; by default the image's."),
    "entryPoint": schema.text_or_texts("Entry point instead of the image's."),
    "networkMode": schema.text("`bridge` (default), `none`, a network's name, or `host`."),
    "extraHosts": schema.texts("`name:address` entries for the container's hosts file."),
    "volumes": schema.texts("`host:container[:ro]` mounts that the host's policy must allow."),
    "portBindings": schema.texts("`[host:]container` ports to publish."),
    "pullPolicy": schema.choice("When to pull the image.", PULL_POLICIES, default="IF_NOT_PRESENT"),
    "deviceRequests": schema.records(DEVICE_REQUEST, "Devices as GPUs."),
    "cpu": CPU,
    "memory": MEMORY,
    "shmSize": schema.text("Size of /dev/shm, as `256MB`."),
    "privileged": schema.flag("All rights on the host; its policy must allow it.", default=False),
    "credentials": CREDENTIALS,
    "config": schema.any_map("Docker's `config.json` with `auths`, as a map or JSON text."),
    "host": schema.text("The engine's address. Set on the agent, refused in flows."),
}
"""Properties of anything that becomes a container."""

TASK_RUNNER = schema.record(
    {
        "type": schema.choice(
            "Type of the runner.",
            [
                *RUNNER_OF_TYPE,
                *(name.removeprefix(PREFIX) for name in RUNNER_OF_TYPE if PREFIX in name),
            ],
        ),
        **CONTAINER,
        "fileHandlingStrategy": schema.choice(
            "`VOLUME`: files are copied in and out. `MOUNT`: the attempt's folder is mounted.",
            FILE_HANDLING,
            default="VOLUME",
        ),
        "delete": schema.flag("Accepted; containers are always removed.", default=True),
        "wait": schema.flag("Accepted; a task always waits for its command.", default=True),
    },
    required=["type"],
    description=(
        "Where the command runs. By default in a container where the agent has Docker, else as a"
        " process."
    ),
)

LEGACY: Mapping[str, Schema] = {
    "runner": schema.choice("Use `taskRunner`.", list(LEGACY_RUNNERS), deprecated=True),
    "docker": {
        **schema.record({"image": schema.text("Use `containerImage`."), **CONTAINER}),
        "description": "Use `taskRunner` and `containerImage`.",
        "deprecated": True,
    },
}
"""What `taskRunner` was called before."""
