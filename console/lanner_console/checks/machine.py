"""This machine: Python, the data folder, its disk, the container engine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from lanner_console.checks.check import Check, fail, ok, warn
from lanner_console.cli.views import bytes_text

OLDEST_PYTHON = (3, 11)
LITTLE_DISK_BYTES = 2 * 2**30
NO_DISK_BYTES = 200 * 2**20
DEFAULT_ENGINE = "unix:///var/run/docker.sock"
ENGINE_SECONDS = 2.0
ANSWER_BYTES = 65_536
NO_ENGINE_FIX = "install Docker for tasks in containers; others run as processes without it"


def python_check(version: tuple[int, int] = sys.version_info[:2]) -> Check:
    """Whether this Python is new enough."""
    if version < OLDEST_PYTHON:
        return fail(
            "python", f"{version[0]}.{version[1]} is too old", "install Python 3.11 or newer"
        )
    return ok("python", f"{platform.python_version()} at {sys.executable}")


def data_folder_check(folder: Path) -> Check:
    """Whether the data folder is there, ours, and closed to others."""
    name = "data folder"
    if not folder.exists():
        return ok(name, f"{folder} is not there yet; `lanner up` makes it")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fail(name, f"{folder} cannot be written", f"chown -R {os.getuid()} {folder}")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warn(name, f"{folder} is open to other users", f"chmod 700 {folder}")
    return ok(name, str(folder))


def disk_check(folder: Path) -> Check:
    """Whether the disk of the data folder has room."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free_bytes = shutil.disk_usage(there).free
    says = f"{bytes_text(free_bytes)} free at {there}"
    if free_bytes < NO_DISK_BYTES:
        return fail("disk", says, "make room: the coordinator cannot commit on a full disk")
    if free_bytes < LITTLE_DISK_BYTES:
        return warn("disk", says, "make room soon")
    return ok("disk", says)


def container_engine_check(environment: Mapping[str, str]) -> Check:
    """Whether a Docker engine answers here."""
    name, host = "docker", environment.get("DOCKER_HOST") or DEFAULT_ENGINE
    try:
        version = _engine_version(host)
    except PermissionError:
        return warn(name, f"{host} is there but closed to this user", "usermod -aG docker $USER")
    except (OSError, ValueError) as error:
        return warn(name, f"no engine answers at {host}: {error}", NO_ENGINE_FIX)
    return ok(name, f"engine {version} at {host}")


def _engine_version(host: str) -> str:
    """Version of the engine, asked over plain HTTP: the Docker SDK takes too long to load."""
    with _dial(host) as engine:
        engine.settimeout(ENGINE_SECONDS)
        engine.sendall(b"GET /version HTTP/1.0\r\nHost: docker\r\n\r\n")
        answer = b""
        while len(answer) < ANSWER_BYTES and (part := engine.recv(8192)):
            answer += part
    _, _, body = answer.partition(b"\r\n\r\n")
    said = json.loads(body)
    return str(said["Version"]) if isinstance(said, dict) and "Version" in said else "unknown"


def _dial(host: str) -> socket.socket:
    if host.startswith("unix://"):
        engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            engine.settimeout(ENGINE_SECONDS)
            engine.connect(host.removeprefix("unix://"))
        except OSError:
            engine.close()
            raise
        return engine
    name, _, port = host.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((name, int(port)), timeout=ENGINE_SECONDS)
