"""Installs packages into a folder of the host: with uv, or with pip where there is no uv.

Packages for a container come as wheels only: building one runs code of its author, and a flow that
may only run containers must not run code on the host.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lanner_agent.runners.process.exits import watch_exit
from lanner_agent.runners.process.orphans import kill_group
from lanner_agent.tasks.contract import TaskFailed

_PASSED_ON = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_PASSED_ON_PREFIXES = ("UV_", "PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_SAME_MEANING = {
    "UV_DEFAULT_INDEX": "PIP_INDEX_URL",
    "UV_INDEX": "PIP_EXTRA_INDEX_URL",
    "UV_FIND_LINKS": "PIP_FIND_LINKS",
}
_TOLD_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What packages are installed for.

    Attributes:
        version: Of Python, `3.12`.
        libc: `gnu` or `musl`.
        interpreter: Python of this host that will run the script; empty: one in a container.
    """

    version: str
    libc: str = "gnu"
    interpreter: str = ""


def find_uv() -> str | None:
    """The uv of this host: that of `UV_PATH`, of the path, or beside the agent's own Python."""
    given = os.environ.get("UV_PATH", "")
    beside = Path(sys.executable).with_name("uv")
    return given or shutil.which("uv") or (str(beside) if beside.exists() else None)


def uv_command(uv: str, target: Target, folder: Path, requirements: Path) -> Sequence[str]:
    """Have uv install into a folder."""
    command = [uv, "pip", "install", "--no-config", "--target", str(folder), "--link-mode", "copy"]
    if target.interpreter:
        command += ["--python", target.interpreter]
    else:
        machine = platform.machine()
        # Without Python of that version on this host uv takes another one, to run itself only.
        command += ["--python-version", target.version, "--no-build"]
        command += ["--python-platform", f"{machine}-unknown-linux-{target.libc}"]
    return [*command, "--requirements", str(requirements)]


def pip_command(target: Target, folder: Path, requirements: Path) -> Sequence[str]:
    """Have pip install into a folder."""
    python = target.interpreter or shutil.which("python3") or sys.executable
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--target", str(folder)]
    if not target.interpreter:
        command += ["--python-version", target.version, "--only-binary", ":all:"]
    return [*command, "--requirement", str(requirements)]


async def run_installer(command: Sequence[str], folder: Path) -> str:
    """Run an installer to its end; what it wrote.

    Its process group is killed when the caller is cancelled.

    Raises:
        TaskFailed: It failed; says how in its own words.
    """
    written = folder.with_name(folder.name + ".log")
    try:
        process = await asyncio.to_thread(_started, command, written)
        ended = asyncio.Event()
        watch_exit(process, ended.set)
        try:
            await ended.wait()  # no limit of its own: the attempt's timeout ends it
        finally:
            kill_group(process.pid)
            code = await asyncio.to_thread(process.wait)
        text = await asyncio.to_thread(written.read_text, errors="replace")
    except OSError as error:
        raise TaskFailed(
            f"The packages of the script cannot be installed: {error.strerror}."
        ) from error
    finally:
        await asyncio.to_thread(written.unlink, missing_ok=True)
    if code:
        last = "\n".join(text.strip().splitlines()[-_TOLD_LINES:])
        raise TaskFailed(f"The packages of the script could not be installed:\n{last}")
    return text


def _started(command: Sequence[str], written: Path) -> subprocess.Popen[bytes]:
    with written.open("wb") as sink:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=_environment(os.environ),
            start_new_session=True,
        )


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """Where the host's owner wants packages to come from, and nothing that a flow says."""
    kept = {
        name: value
        for name, value in own.items()
        if name in _PASSED_ON or name.upper().startswith(_PASSED_ON_PREFIXES)
    }
    # uv does not read what pip is told; whoever told pip means both.
    told_uv = {uv: own[pip] for uv, pip in _SAME_MEANING.items() if pip in own}
    return {**told_uv, **kept}
