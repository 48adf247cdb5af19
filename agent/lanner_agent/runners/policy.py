"""What the owner of a host allows containers on it: the file wins over every flow.

# policy.toml
images = ["lanner-*/*", "registry.example.com/*"]   # absent: all images
volumes = ["/srv/data", "cache"]                    # folders (with all below) and named volumes
privileged = false
host_network = false
refused_networks = ["10.0.0.0/8"]                   # what core.http tasks may not call …
allowed_networks = ["10.1.2.3"]                     # … and what they may all the same
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from lanner_agent.errors import ConfigError, PolicyRefused
from lanner_agent.runners.contract import ContainerOptions
from lanner_agent.web_policy import WebPolicy, read_networks

ALL_IMAGES = ("*",)
NETWORKS = ("refused_networks", "allowed_networks")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPolicy:
    """What containers may be given; by default nothing of the host.

    Attributes:
        images: Patterns of image references (`*` crosses slashes).
        volumes: Folders of the host that may be mounted, with all below them, and names of volumes.
        privileged: Whether a container may have all rights.
        host_network: Whether a container may use the host's network, or another container's.
        web: What tasks of the agent itself may call.
    """

    images: Sequence[str] = ALL_IMAGES
    volumes: Sequence[str] = ()
    privileged: bool = False
    host_network: bool = False
    web: WebPolicy = field(default_factory=WebPolicy)

    def check(self, options: ContainerOptions) -> None:
        """Refuse what is not allowed.

        Raises:
            PolicyRefused: Names all that is refused, and how to allow it.
        """
        problems = list(self._problems(options))
        if problems:
            raise PolicyRefused(
                f"This host's policy refuses {' and '.join(problems)}. Its owner can allow it in"
                " the agent's policy file."
            )

    def _problems(self, options: ContainerOptions) -> list[str]:
        problems = []
        if not any(fnmatchcase(options.image, pattern) for pattern in self.images):
            problems.append(f'the image "{options.image}" (images)')
        problems += [
            f'the volume "{volume}" (volumes)'
            for volume in options.volumes
            if not self._allows_volume(volume)
        ]
        if options.privileged and not self.privileged:
            problems.append("a privileged container (privileged)")
        mode = (options.network_mode or "").partition(":")[0]
        if mode in ("host", "container") and not self.host_network:
            problems.append(f'the network mode "{mode}" (host_network)')
        return problems

    def _allows_volume(self, volume: str) -> bool:
        source = volume.partition(":")[0]
        if not source.startswith("/"):
            return source in self.volumes
        # What the engine mounts is where a link leads to, not the link.
        real = PurePosixPath(os.path.realpath(source))
        folders = (PurePosixPath(folder) for folder in self.volumes if folder.startswith("/"))
        return any(real.is_relative_to(folder) for folder in folders)


def read_host_policy(path: Path) -> HostPolicy:
    """Read the policy of this host.

    Raises:
        ConfigError: The file cannot be read or has what it should not; tells all problems.
    """
    try:
        entries = tomllib.loads(path.read_text())
    except OSError as cause:
        raise ConfigError(f"The policy {path} cannot be read: {cause.strerror}.") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise ConfigError(f"The policy {path} is no TOML: {cause}.") from cause
    problems = [problem for name in entries for problem in _problem(name, entries[name])]
    if problems:
        raise ConfigError(f"The policy {path} makes no sense: {' '.join(problems)}")
    return _policy(entries)


def _problem(name: str, value: object) -> list[str]:
    if name in ("images", "volumes"):
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return [] if is_list else [f"`{name}` must be a list of texts."]
    if name in ("privileged", "host_network"):
        return [] if isinstance(value, bool) else [f"`{name}` must be true or false."]
    if name in NETWORKS:
        return _network_problems(name, value)
    return [
        f"`{name}` is unknown; there are images, volumes, privileged, host_network,"
        f" {' and '.join(NETWORKS)}."
    ]


def _network_problems(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return [f"`{name}` must be a list of networks, like 10.0.0.0/8."]
    try:
        read_networks(value)
    except ValueError as problem:
        return [f"`{name}`: {problem}."]
    return []


def _policy(entries: Mapping[str, object]) -> HostPolicy:
    def texts(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = entries.get(name, default)
        return tuple(value) if isinstance(value, list) else default

    return HostPolicy(
        images=texts("images", ALL_IMAGES),
        volumes=texts("volumes", ()),
        privileged=entries.get("privileged") is True,
        host_network=entries.get("host_network") is True,
        web=WebPolicy(
            allowed=read_networks(texts("allowed_networks", ())),
            refused=read_networks(texts("refused_networks", ())),
        ),
    )
