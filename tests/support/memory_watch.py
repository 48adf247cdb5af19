"""How much memory programs take while something goes on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psutil

_POLL_SECONDS = 0.02


class MemoryWatch:
    """Looks at programs again and again; `growth` is their peak above what they had before.

    Args:
        process_ids: Of the programs, by name.
        before: What they had, in bytes, as `memory_of` tells.
    """

    def __init__(self, process_ids: Mapping[str, int], before: Mapping[str, int]) -> None:
        self._programs = {name: psutil.Process(pid) for name, pid in process_ids.items()}
        self._before = before
        self._peaks = dict(before)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join(timeout=10)

    @property
    def growth(self) -> Mapping[str, int]:
        """Bytes by program."""
        return {name: peak - self._before[name] for name, peak in self._peaks.items()}

    def _watch(self) -> None:
        while not self._is_over.wait(_POLL_SECONDS):
            for name, one in self._programs.items():
                self._peaks[name] = max(self._peaks[name], one.memory_info().rss)


def memory_of(process_ids: Mapping[str, int]) -> Mapping[str, int]:
    """Bytes of programs, by name."""
    return {name: psutil.Process(pid).memory_info().rss for name, pid in process_ids.items()}


def programs_below(process_id: int, names: Mapping[str, str]) -> Mapping[str, int]:
    """Ids of programs that a process has started, by what stands in their command lines."""
    found: dict[str, int] = {}
    for child in psutil.Process(process_id).children(recursive=True):
        line = " ".join(child.cmdline())
        for name, mark in names.items():
            if mark in line:
                found.setdefault(name, child.pid)
    return found
