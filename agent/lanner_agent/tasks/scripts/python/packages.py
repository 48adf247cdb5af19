"""Gives a Python task the packages that it asks for."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lanner_agent.tasks.contract import LogLevel, TaskContext, TaskFailed
from lanner_agent.tasks.scripts.python.install import (
    Target,
    find_uv,
    pip_command,
    run_installer,
    uv_command,
)
from lanner_agent.tasks.scripts.python.wishes import (
    DEFAULT_VERSION,
    PackageWish,
    image_platform,
    image_version,
)

TOKEN = "{{LANNER-PYTHON-PACKAGES}}"
"""Stands for the folder of the packages as the command sees it."""

_SAY_VERSION = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
_PYTHON_SECONDS = 10.0
_FETCH_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """What a command gets.

    Attributes:
        libraries: Folder of this host by the token for it.
        environment: Variables to be added.
    """

    libraries: Mapping[str, Path] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


async def installed(
    context: TaskContext, wish: PackageWish, image: str | None, environment: Mapping[str, str]
) -> Packages:
    """Install what a task wants, or find it installed.

    Args:
        context: Of the attempt.
        wish: What it wants.
        image: Image of its container; absent: it runs as a process of this host.
        environment: Its own variables.

    Raises:
        TaskFailed: It cannot be installed, or the host has no such Python.
    """
    target = await _target(context, wish, image)
    added: dict[str, str] = {}
    if target.interpreter and wish.version:
        folder = str(Path(target.interpreter).parent)
        added["PATH"] = f"{folder}:{environment.get('PATH') or os.environ.get('PATH', os.defpath)}"
    if not wish.requirements:
        return Packages(environment=added)
    path = await _folder(context, wish, target)
    own = environment.get("PYTHONPATH", "")
    added["PYTHONPATH"] = f"{TOKEN}:{own}" if own else TOKEN
    return Packages(libraries={TOKEN: path}, environment=added)


async def _folder(context: TaskContext, wish: PackageWish, target: Target) -> Path:
    async def build(folder: Path) -> None:
        await _install(context, wish, target, folder)

    if wish.is_kept:
        return await context.kept_folder(wish.key(target.version, _platform(target)), build)
    folder = context.own_dir / "python-packages"
    await build(folder)
    return folder


async def _install(context: TaskContext, wish: PackageWish, target: Target, folder: Path) -> None:
    uv = find_uv() if wish.manager == "UV" else None
    if wish.manager == "UV" and uv is None:
        await context.log(LogLevel.WARN, "This host has no uv: pip installs the packages.")
    listed = folder.with_name(folder.name + ".txt")
    await asyncio.to_thread(listed.write_text, "\n".join(wish.requirements) + "\n")
    try:
        command = uv_command(uv, target, folder, listed) if uv else None
        said = await run_installer(command or pip_command(target, folder, listed), folder)
    finally:
        await asyncio.to_thread(listed.unlink, missing_ok=True)
    await context.log(LogLevel.DEBUG, said.rstrip())


async def _target(context: TaskContext, wish: PackageWish, image: str | None) -> Target:
    if image is not None:
        version = wish.version or image_version(image)
        if not version:
            await context.log(
                LogLevel.WARN,
                f"Neither the task nor its image {image} says its version of Python: packages for"
                f" {DEFAULT_VERSION} are installed. Set `pythonVersion` if it is another one.",
            )
        return Target(version=version or DEFAULT_VERSION, libc=image_platform(image))
    interpreter = await _interpreter(wish)
    version = await asyncio.to_thread(_said, [interpreter, "-c", _SAY_VERSION], _PYTHON_SECONDS)
    return Target(version=version, interpreter=interpreter)


async def _interpreter(wish: PackageWish) -> str:
    """The Python of this host that runs the script."""
    if not wish.version:
        found = shutil.which("python") or shutil.which("python3")
        if found is None:
            raise TaskFailed("This host has no Python: install it, or run the script in an image.")
        return found
    uv = find_uv()
    if uv is None:
        found = shutil.which(f"python{wish.version}")
        if found is None:
            raise TaskFailed(
                f"This host has neither Python {wish.version} nor uv, which would fetch it."
            )
        return found
    find = [uv, "python", "find", wish.version]
    try:
        return await asyncio.to_thread(_said, find, _PYTHON_SECONDS)
    except TaskFailed:
        fetch = [uv, "python", "install", "--quiet", wish.version]
        await asyncio.to_thread(_said, fetch, _FETCH_SECONDS)
        return await asyncio.to_thread(_said, find, _PYTHON_SECONDS)


def _said(command: list[str], seconds: float) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TaskFailed(f"{command[0]} cannot be asked for its Python: {error}.") from error
    if done.returncode:
        raise TaskFailed(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()


def _platform(target: Target) -> str:
    return target.interpreter or target.libc
