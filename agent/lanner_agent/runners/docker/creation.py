"""What a container is created with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.hidden_start import HiddenStart
from lanner_agent.runners.seen_paths import SeenPaths

if TYPE_CHECKING:
    from docker import APIClient
    from docker.types import DeviceRequest, Mount

AGENT_LABEL = "lanner.dev/agent-id"
DATA_LABEL = "lanner.dev/agent-data"
ATTEMPT_LABEL = "lanner.dev/attempt-id"

WORKING_FOLDER = "/lanner/work"
OUTPUT_FOLDER = "/lanner/output"
_LIBRARY_FOLDER = "/lanner/library"

CPU_PERIOD_MICROSECONDS = 100_000

KEPT_CAPABILITIES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
)
"""What package managers and servers in a container need; all others are dropped."""

LOG_OPTIONS = {"max-size": "100m", "max-file": "3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPlan:
    """One container to create.

    Attributes:
        command: What runs in it.
        options: What it gets.
        seen: The folders as it sees them.
        mounts_files: The attempt's folders are mounted; otherwise files are copied.
        must_mount: The flow asks for that.
        has_files: There are files to be copied into it.
    """

    command: Command
    options: ContainerOptions
    seen: SeenPaths
    mounts_files: bool
    must_mount: bool
    has_files: bool = False

    @property
    def libraries(self) -> Mapping[str, Path]:
        """Folders of this host by the path at which the container has them."""
        tokens = self.seen.tokens
        return {tokens[token]: path for token, path in self.command.libraries.items()}

    @classmethod
    def of(cls, command: Command, config: DockerConfig, *, may_mount: bool) -> ContainerPlan:
        """The plan for a command.

        Args:
            command: What is to run.
            config: How containers are run.
            may_mount: Folders may be mounted where the flow does not ask for it.

        Raises:
            PolicyRefused: The host does not allow it.
            RunnerError: It names no image.
        """
        options = command.container
        if options is None or not options.image:
            raise RunnerError("The container has no image: name one with `containerImage`.")
        config.policy.check(options)
        return cls(
            command=command,
            options=options,
            seen=SeenPaths.of(
                command,
                working=WORKING_FOLDER,
                output=OUTPUT_FOLDER,
                libraries={
                    token: f"{_LIBRARY_FOLDER}/{number}"
                    for number, token in enumerate(command.libraries)
                },
            ),
            mounts_files=options.file_handling == "MOUNT" or may_mount,
            must_mount=options.file_handling == "MOUNT",
        )


def create_container(
    client: APIClient,
    plan: ContainerPlan,
    config: DockerConfig,
    *,
    with_init: bool,
    hidden: HiddenStart | None = None,
) -> str:
    """Create the container; its id.

    Args:
        client: Of the engine.
        plan: What to create.
        config: How containers are run.
        with_init: A program forwards signals to the command.
        hidden: Starts it without telling the engine its secrets; absent: there are none.

    Raises:
        docker.errors.ImageNotFound: The engine does not have the image.
        docker.errors.APIError: The engine refuses.
    """
    from docker.types import LogConfig

    command, options = plan.command, plan.options
    bindings, exposed = _ports(options)
    created = client.create_container(
        image=options.image,
        **(_openly(plan) if hidden is None else _hiding(hidden)),
        working_dir=WORKING_FOLDER,
        user=options.user,
        labels={
            **command.labels,
            AGENT_LABEL: config.agent_id,
            DATA_LABEL: config.data,
            ATTEMPT_LABEL: command.attempt_id,
        },
        ports=exposed,
        # Without files to copy nothing else makes this folder.
        volumes=None if plan.mounts_files or plan.has_files else [OUTPUT_FOLDER],
        # A task ends; nobody asks for its health meanwhile.
        healthcheck={"test": ["NONE"]},
        host_config=client.create_host_config(
            **_limits(options, config),
            **_rights(options),
            binds=list(options.volumes),
            mounts=_own_mounts(plan),
            port_bindings=bindings,
            network_mode=options.network_mode,
            extra_hosts=list(options.extra_hosts) or None,
            device_requests=_devices(options) or None,
            log_config=LogConfig(type=LogConfig.types.JSON, config=LOG_OPTIONS),
            init=with_init,
        ),
    )
    return str(created["Id"])


def _openly(plan: ContainerPlan) -> dict[str, Any]:
    entrypoint = plan.options.entrypoint
    return {
        "command": plan.seen.argv(plan.command) or None,
        "entrypoint": None if entrypoint is None else list(entrypoint),
        "environment": plan.seen.environment(plan.command),
    }


def _hiding(hidden: HiddenStart) -> dict[str, Any]:
    return {
        "command": list(hidden.arguments) or None,
        "entrypoint": list(hidden.entrypoint),
        "environment": dict(hidden.variables),
        "stdin_open": True,
    }


def mounts_output(container: Mapping[str, Any]) -> bool:
    """Whether an inspected container has the attempt's own folders, so that nothing is fetched."""
    return any(
        mount["Destination"] == OUTPUT_FOLDER and mount["Type"] == "bind"
        for mount in container["Mounts"]
    )


def memory_limit(options: ContainerOptions, config: DockerConfig) -> int:
    """Limit of the container's memory in bytes."""
    return options.memory_bytes or config.memory_bytes


def _limits(options: ContainerOptions, config: DockerConfig) -> Mapping[str, Any]:
    memory = memory_limit(options, config)
    cpus = options.cpus or config.cpus
    return {
        "mem_limit": memory,
        "memswap_limit": memory,
        "cpu_period": CPU_PERIOD_MICROSECONDS,
        "cpu_quota": int(cpus * CPU_PERIOD_MICROSECONDS),
        "pids_limit": config.pids,
        "shm_size": options.shm_bytes,
    }


def _rights(options: ContainerOptions) -> Mapping[str, Any]:
    if options.privileged:
        return {"privileged": True}
    return {
        "cap_drop": ["ALL"],
        "cap_add": list(KEPT_CAPABILITIES),
        "security_opt": ["no-new-privileges"],
    }


def _own_mounts(plan: ContainerPlan) -> list[Mount] | None:
    """The attempt's folders; the engine refuses them where it does not have them."""
    from docker.types import Mount

    if not plan.mounts_files:
        return None
    folders = {WORKING_FOLDER: plan.command.working_dir, OUTPUT_FOLDER: plan.command.output_dir}
    own = [Mount(target, str(source), type="bind") for target, source in folders.items()]
    read_only = [
        Mount(target, str(source), type="bind", read_only=True)
        for target, source in plan.libraries.items()
    ]
    return [*own, *read_only]


def _devices(options: ContainerOptions) -> list[DeviceRequest]:
    from docker.types import DeviceRequest

    devices = []
    names = {"deviceIDs": "device_ids"}
    try:
        for device in options.device_requests:
            # The SDK checks names and types itself.
            given: dict[str, Any] = {names.get(name, name): device[name] for name in device}
            devices.append(DeviceRequest(**given))
    except (TypeError, ValueError) as cause:
        raise RunnerError(f"The devices of the container make no sense: {cause}.") from cause
    return devices


def _ports(options: ContainerOptions) -> tuple[dict[Any, Any] | None, list[Any] | None]:
    """Port bindings and exposed ports as Docker's API has them."""
    if not options.port_bindings:
        return None, None
    from docker.utils.ports import build_port_bindings

    try:
        bindings = build_port_bindings(options.port_bindings)
    except ValueError as cause:
        raise RunnerError(f"The ports of the container make no sense: {cause}.") from cause
    exposed = [tuple(str(port).split("/")) for port in bindings]
    return bindings, exposed
