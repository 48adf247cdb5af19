"""What the host looks like: processors, memory, disk, container engine. Told in heartbeats."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

import psutil

from lanner_agent.command_runners import CommandRunners

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The host at one instant.

    Attributes:
        cpu_load: From 0 to 1, of all processors, since the last look.
        memory_used_bytes: Of the machine.
        memory_total_bytes: Of the machine.
        disk_free_bytes: Where the data folder is.
    """

    cpu_load: float
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int


class HostWatch:
    """Looks at the host now and then, so that nobody has to wait for figures."""

    def __init__(self, folder: Path, runners: CommandRunners) -> None:
        self._folder = folder
        self._runners = runners
        self._figures = _measure(folder)

    @property
    def figures(self) -> Figures:
        """The last look."""
        return self._figures

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self._figures = await asyncio.to_thread(_measure, self._folder)
            except (OSError, psutil.Error) as error:
                log.warning("The host cannot be measured: %s", error)
            await self._runners.look()


def _measure(folder: Path) -> Figures:
    memory = psutil.virtual_memory()
    return Figures(
        cpu_load=min(1.0, psutil.cpu_percent(interval=None) / 100),
        memory_used_bytes=memory.total - memory.available,
        memory_total_bytes=memory.total,
        disk_free_bytes=psutil.disk_usage(str(folder)).free,
    )
