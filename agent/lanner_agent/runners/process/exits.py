"""Tells when a process has ended: by the event loop where the system can, else by a thread.

Linux has descriptors of processes (pidfd) that the loop watches like any other, which costs neither
a thread nor a wake-up of one; elsewhere, and where a container's rules forbid them, a thread waits
for each process.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress


def watch_exit(process: subprocess.Popen[bytes], on_exit: Callable[[], None]) -> None:
    """Call `on_exit` once, in the running loop, when the process has ended."""
    descriptor = _process_descriptor(process.pid)
    if descriptor is None:
        _watch_in_thread(process, on_exit)
    else:
        _watch_descriptor(descriptor, on_exit)


def _process_descriptor(process_id: int) -> int | None:
    """A descriptor that can be read once the process has ended; absent where there is no such."""
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(process_id)
    except OSError:
        return None


def _watch_descriptor(descriptor: int, on_exit: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def ended() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        on_exit()

    loop.add_reader(descriptor, ended)


def _watch_in_thread(process: subprocess.Popen[bytes], on_exit: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def wait() -> None:
        # No limit: the agent kills the process when its task has to end.
        process.wait()
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know
            loop.call_soon_threadsafe(on_exit)

    threading.Thread(target=wait, name=f"process-{process.pid}", daemon=True).start()
