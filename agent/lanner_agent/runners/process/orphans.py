"""Find and kill processes that outlived the command that started them.

A command's process group dies with it. What left the group (a daemon with a session of its own)
carries the attempt's mark in its environment. On Linux the agent adopts orphans, so that looking
for them is reading the list of its own children and costs nothing while there are none. Elsewhere
all processes of the host are looked at.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

AGENT_MARK = "LANNER_AGENT_ID"
DATA_MARK = "LANNER_AGENT_DATA"
ATTEMPT_MARK = "LANNER_ATTEMPT_ID"

ADOPTS_ORPHANS = sys.platform == "linux"

_SET_CHILD_SUBREAPER = 36  # prctl(2)


def adopt_orphans() -> None:
    """Become the parent of processes whose parents end; nothing where the system has no such way.

    Holds for the whole process, to its end.
    """
    if ADOPTS_ORPHANS:
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_group(group_id: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process group, which may be gone already."""
    # macOS answers EPERM for a group of processes that have all ended.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group_id, how)


def bury_group(group_id: int) -> None:
    """Collect ended orphans of a process group, so that they do not stay as zombies."""
    with suppress(ChildProcessError):
        while os.waitpid(-group_id, os.WNOHANG)[0]:
            pass


async def kill_orphans(attempt_id: str) -> bool:
    """Kill orphans that carry the attempt's mark; whether there were any."""
    if ADOPTS_ORPHANS:
        return _kill_adopted(attempt_id)
    return await asyncio.to_thread(_kill_anywhere, attempt_id)


def kill_marked(agent_id: str, data: str, keep_attempt_ids: frozenset[str]) -> list[str]:
    """Kill all processes of the agent with this data folder but those of some attempts.

    Reads the environment of every process of this host: for the agent's start.

    Returns:
        Attempt ids of what was killed, sorted.
    """
    killed = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            environment = process.environ()
            attempt_id = environment.get(ATTEMPT_MARK)
            marks = (environment.get(AGENT_MARK), environment.get(DATA_MARK, ""))
            is_ours = marks == (agent_id, data)
            if is_ours and attempt_id and attempt_id not in keep_attempt_ids:
                process.kill()
                killed.add(attempt_id)
    return sorted(killed)


def _kill_adopted(attempt_id: str) -> bool:
    mark = f"{ATTEMPT_MARK}={attempt_id}".encode()
    marked = [child for child in _children() if mark in _environment(child)]
    for child in marked:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
    return bool(marked)


def _kill_anywhere(attempt_id: str) -> bool:
    found_any = False
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(ATTEMPT_MARK) == attempt_id:
                process.kill()
                found_any = True
    return found_any


def _children() -> list[int]:
    """Children of the main thread, among them all adopted ones."""
    own_id = os.getpid()
    try:
        listed = Path(f"/proc/{own_id}/task/{own_id}/children").read_bytes()
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def _environment(process_id: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process_id}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
