"""Where a command runs: `taskRunner`, and the older `runner` and `docker`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lanner_agent.runners.contract import ContainerOptions, RunningCommand
from lanner_agent.runners.image_names import registry_of
from lanner_agent.tasks.command.byte_sizes import byte_count
from lanner_agent.tasks.properties import PropertyReader

DOCKER_TYPE = "io.kestra.plugin.scripts.runner.docker.Docker"
PROCESS_TYPE = "io.kestra.plugin.core.runner.Process"
SCRIPTED_TYPE = "lanner.runner.Scripted"

PREFIX = "io.kestra.plugin."

AUTO = "auto"

RUNNER_OF_TYPE: Mapping[str, str] = {
    DOCKER_TYPE: "docker",
    "io.kestra.plugin.scripts.runner.docker.DockerTaskRunner": "docker",
    "io.kestra.core.models.tasks.runners.types.DockerTaskRunner": "docker",
    PROCESS_TYPE: "process",
    "io.kestra.core.models.tasks.runners.types.ProcessTaskRunner": "process",
    SCRIPTED_TYPE: "scripted",
}
"""Runner by the type of `taskRunner`; the first type of a runner is its canonical one."""

LEGACY_RUNNERS: Mapping[str, str] = {"DOCKER": "docker", "PROCESS": "process"}

PULL_POLICIES = ("IF_NOT_PRESENT", "ALWAYS", "NEVER")
FILE_HANDLING = ("VOLUME", "MOUNT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRunner:
    """Which runner a command gets.

    Attributes:
        name: `docker`, `process`, `scripted`, or `auto`.
        container: What a container gets.
    """

    name: str
    container: ContainerOptions


def read_runner(reader: PropertyReader, default_image: str, *, user: str = "") -> ChosenRunner:
    """Read where a script runs; `auto` where it does not say.

    Scripts clear the image's entry point unless they name one, as Kestra does.

    Args:
        reader: The properties of the task.
        default_image: Where it names no image.
        user: Whom a container runs as where it names nobody; empty: the image's user.
    """
    name, options = _runner_and_options(reader)
    image = reader.text("containerImage") or options.text("image") or default_image
    entrypoint = tuple(word for word in options.texts("entryPoint") if word)
    container = read_container(options, image, entrypoint)
    if container.user is None and user:
        container = replace(container, user=user)
    return ChosenRunner(name=name, container=container)


def read_container(
    options: PropertyReader, image: str, entrypoint: tuple[str, ...] | None
) -> ContainerOptions:
    """Read what a container gets beyond its command."""
    if options.text("host"):
        options.refuse(
            "The property `host` of a Docker runner is set on the agent, not in the flow: remove"
            " it, or send the task to an agent that uses that engine."
        )
    return ContainerOptions(
        image=image,
        pull_policy=options.choice("pullPolicy", PULL_POLICIES, "IF_NOT_PRESENT"),
        network_mode=options.text("networkMode") or None,
        entrypoint=entrypoint,
        user=options.text("user") or None,
        cpus=_cpus(options),
        memory_bytes=_size(options.record("memory"), "memory"),
        shm_bytes=_size(options, "shmSize"),
        extra_hosts=tuple(options.texts("extraHosts")),
        volumes=tuple(options.texts("volumes")),
        privileged=options.flag("privileged"),
        port_bindings=tuple(options.texts("portBindings")),
        device_requests=tuple(_device(device) for device in options.records("deviceRequests")),
        file_handling=options.choice("fileHandlingStrategy", FILE_HANDLING, "VOLUME"),
        registry_credentials=_credentials(options, image),
    )


def runner_details(running: RunningCommand) -> dict[str, object]:
    """The output `taskRunner`: what ran the command, and where."""
    kind = running.description.partition(" ")[0]
    types = {runner: name for name, runner in reversed(list(RUNNER_OF_TYPE.items()))}
    details: dict[str, object] = {"type": types.get(kind, kind)}
    if "container_id" in running.handle:
        details["containerId"] = running.handle["container_id"]
    return details


def _runner_and_options(reader: PropertyReader) -> tuple[str, PropertyReader]:
    if "taskRunner" in reader:
        options = reader.record("taskRunner")
        return _runner_of_type(options), options
    options = reader.record("docker")
    legacy = reader.text("runner")
    if legacy is None:
        return ("docker" if "docker" in reader else AUTO), options
    if legacy.upper() not in LEGACY_RUNNERS:
        reader.refuse(f'The runner "{legacy}" is unknown: use DOCKER or PROCESS, or `taskRunner`.')
    return LEGACY_RUNNERS.get(legacy.upper(), AUTO), options


def _runner_of_type(options: PropertyReader) -> str:
    given = options.required_text("type")
    name = RUNNER_OF_TYPE.get(given) or RUNNER_OF_TYPE.get(f"{PREFIX}{given}")
    if name is None and given:
        options.refuse(
            f'The task runner "{given}" is unknown: this agent has {DOCKER_TYPE} and'
            f" {PROCESS_TYPE}."
        )
    return name or AUTO


def _cpus(options: PropertyReader) -> float | None:
    cpus = options.record("cpu").number("cpus")
    if cpus is not None and cpus <= 0:
        options.refuse("The property `cpu.cpus` must be more than 0.")
    return cpus


def _size(options: PropertyReader, name: str) -> int | None:
    given = options.text(name)
    if not given:
        return None
    try:
        return byte_count(given)
    except ValueError as problem:
        options.refuse(str(problem))
        return None


def _device(device: Mapping[str, object]) -> dict[str, object]:
    """A device request with the keys that Docker's API has."""
    return {("deviceIDs" if key == "deviceIds" else key): value for key, value in device.items()}


def _credentials(options: PropertyReader, image: str) -> dict[str, str]:
    given = options.text_map("credentials")
    if given:
        return given
    registry = registry_of(image)
    auths = options.record("config").mapping("auths")
    for address, entry in auths.items():
        if registry in address and isinstance(entry, Mapping):
            return _auth_entry(registry, {key: str(value) for key, value in entry.items()})
    return {}


def _auth_entry(registry: str, entry: dict[str, str]) -> dict[str, str]:
    """Credentials of an entry of Docker's config file, its `auth` taken apart."""
    auth = entry.pop("auth", "")
    if auth and "username" not in entry:
        username, _, password = base64.b64decode(auth).decode("utf-8", "replace").partition(":")
        entry |= {"username": username, "password": password}
    return {"registry": registry, **entry}
