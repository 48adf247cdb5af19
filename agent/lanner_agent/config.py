"""What the agent is told at its start: by its command line, and below that by a TOML file."""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
import socket
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import platformdirs

from lanner_agent.errors import ConfigError

_AGENT_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")
_LOG_LEVELS = ("debug", "info", "warning", "error")
_MEBIBYTE = 1024 * 1024


class _Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of the file; the same as the options of the command line."""

    coordinator: str | None = None
    data: str | None = None
    id: str | None = None
    slots: int | None = None
    labels: dict[str, str] | None = None
    drain_seconds: float | None = None
    log_level: str | None = None
    spool_mib: int | None = None
    min_disk_free_mib: int | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How this agent works.

    Attributes:
        coordinator: Where to dial, as gRPC names it.
        data: Folder of its own on this host.
        agent_id: Its name, unique in the coordinator.
        slots: How many attempts may run at once.
        labels: What a task may ask for.
        drain_seconds: How long running attempts may go on after SIGTERM.
        log_level: The least level of its own log.
        spool_bytes: Disk for reports that are not acknowledged; log lines are dropped beyond it.
        min_disk_free_bytes: With less free on the disk no attempt is taken.
        policy: File that says what containers may be given of this host; absent: nothing.
    """

    coordinator: str
    data: Path
    agent_id: str
    slots: int
    labels: Mapping[str, str] = field(default_factory=dict)
    drain_seconds: float = 10.0
    log_level: str = "info"
    spool_bytes: int = 256 * _MEBIBYTE
    min_disk_free_bytes: int = 256 * _MEBIBYTE
    policy: Path | None = None


def load_config(arguments: Sequence[str]) -> Config:
    """Read the command line and the file that it names.

    Raises:
        ConfigError: Something makes no sense; says what and where.
    """
    options = _parser().parse_args(arguments)
    from_file = _read(options.config) if options.config else _Settings()
    from_line = _Settings(
        coordinator=options.coordinator,
        data=options.data,
        id=options.id,
        slots=options.slots,
        labels=_labels(options.label) if options.label else None,
        drain_seconds=options.drain_seconds,
        log_level=options.log_level,
        spool_mib=options.spool_mib,
        min_disk_free_mib=options.min_disk_free_mib,
        policy=options.policy,
    )
    merged = {
        name: value
        for settings in (from_file, from_line)
        for name, value in msgspec.structs.asdict(settings).items()
        if value is not None
    }
    return _checked(_Settings(**merged))


def _checked(settings: _Settings) -> Config:
    if settings.coordinator is None:
        raise ConfigError("No coordinator is named: use --coordinator unix:/path or host:port.")
    agent_id = settings.id or socket.gethostname()
    if _AGENT_ID.fullmatch(agent_id) is None:
        raise ConfigError(
            f'"{agent_id}" is no agent id: use --id with at most 63 letters, digits, dots, dashes'
            " and underscores, a letter or digit first."
        )
    slots = settings.slots if settings.slots is not None else max(2, os.cpu_count() or 2)
    log_level = settings.log_level or "info"
    if log_level not in _LOG_LEVELS:
        raise ConfigError(f'"{log_level}" is no log level; there are {", ".join(_LOG_LEVELS)}.')
    drain_seconds = 10.0 if settings.drain_seconds is None else settings.drain_seconds
    spool_mib = 256 if settings.spool_mib is None else settings.spool_mib
    min_free_mib = 256 if settings.min_disk_free_mib is None else settings.min_disk_free_mib
    if slots < 1 or spool_mib < 1 or drain_seconds < 0 or min_free_mib < 0:
        raise ConfigError(
            "Slots and the spool's size must be at least 1, waits and sizes positive."
        )
    data = Path(settings.data) if settings.data else platformdirs.user_data_path("lanner") / "agent"
    return Config(
        coordinator=_target(settings.coordinator),
        data=data,
        agent_id=agent_id,
        slots=slots,
        labels=settings.labels or {},
        drain_seconds=drain_seconds,
        log_level=log_level,
        spool_bytes=spool_mib * _MEBIBYTE,
        min_disk_free_bytes=min_free_mib * _MEBIBYTE,
        policy=Path(settings.policy) if settings.policy else None,
    )


def _target(text: str) -> str:
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        return f"unix:{Path(path).absolute()}"
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not host:
        raise ConfigError(f'"{text}" is no address: use unix:/path or host:port.')
    if not _is_loopback(host.strip("[]")):
        raise ConfigError(
            f'The coordinator "{text}" is on another machine, and links between machines are not'
            " encrypted yet: use a Unix socket or a port of this machine, for example the end of an"
            " SSH tunnel."
        )
    return text


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _labels(texts: Sequence[str]) -> dict[str, str]:
    labels = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigError(f'"{text}" is no label: use --label key=value.')
        labels[key] = value
    return labels


def _read(path: str) -> _Settings:
    try:
        content = tomllib.loads(Path(path).read_text())
        return msgspec.convert(content, _Settings)
    except OSError as cause:
        raise ConfigError(f"The file {path} cannot be read: {cause.strerror}.") from cause
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as cause:
        raise ConfigError(f"The file {path} makes no sense: {cause}.") from cause


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lanner-agent",
        description="Dials a coordinator and runs its tasks on this host.",
    )
    add = parser.add_argument
    add("--coordinator", metavar="ADDRESS", help="unix:/path/to/socket, or host:port of this host")
    add("--data", metavar="DIR", help="folder of its own for this agent")
    add("--id", metavar="NAME", help="unique name of this agent; by default the host's name")
    add("--slots", type=int, metavar="N", help="attempts at once; by default one per processor")
    add("--label", action="append", metavar="K=V", help="what tasks may ask for; repeatable")
    add("--drain-seconds", type=float, metavar="N", help="grace for attempts at SIGTERM (10)")
    add("--log-level", choices=_LOG_LEVELS, help="least level of the agent's own log (info)")
    add("--spool-mib", type=int, metavar="N", help="disk for reports not acknowledged (256)")
    add("--min-disk-free-mib", type=int, metavar="N", help="with less no attempt is taken (256)")
    add("--policy", metavar="FILE", help="TOML file: what containers may be given of this host")
    add("--config", metavar="FILE", help="TOML file with the same keys")
    return parser
