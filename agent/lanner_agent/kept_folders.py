"""Folders that outlive the attempts that use them: built once, found again, bounded in size.

A folder is built beside its place and moved there when it is complete, so that a crash leaves
either all of it or nothing that is ever used. Those that no attempt holds go when all of them
together are too large, the longest unused first.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from lanner_agent.clock import Clock

Build = Callable[[Path], Awaitable[None]]
"""Fills an empty folder."""

LIMIT_BYTES = 5 * 1024**3
"""What all folders may take together."""

SPARED_SECONDS = 60 * 60.0
"""A folder that was used so lately stays: an attempt from before a restart may still read it."""

_UNFINISHED = ".building"


class KeptFolders:
    """The folders of one agent, by key."""

    def __init__(self, root: Path, clock: Clock, limit_bytes: int = LIMIT_BYTES) -> None:
        self._root = root
        self._clock = clock
        self._limit_bytes = limit_bytes
        self._held: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def held(self, key: str, build: Build) -> AsyncIterator[Path]:
        """The folder of a key, built if it is not there, and kept while the context is open.

        Args:
            key: Letters, digits, dashes; says all that the content depends on.
            build: Called for one caller at a time.
        """
        self._held[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                path = self._root / key
                if not await asyncio.to_thread(_is_used_again, path, self._now()):
                    await self._built(path, build)
                    await self._make_room()
            yield path
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
                self._locks.pop(key, None)

    async def _built(self, path: Path, build: Build) -> None:
        beside = path.with_name(path.name + _UNFINISHED)
        await asyncio.to_thread(_make_empty, beside)
        try:
            await build(beside)
            await asyncio.to_thread(_move, beside, path, self._now())
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, beside, ignore_errors=True)
            raise

    async def _make_room(self) -> None:
        held = frozenset(self._held)
        spared_from = self._now() - SPARED_SECONDS
        await asyncio.to_thread(_remove_beyond, self._root, self._limit_bytes, held, spared_from)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _is_used_again(path: Path, now: float) -> bool:
    """Whether the folder is there; it counts as used now."""
    try:
        os.utime(path, (now, now))
    except FileNotFoundError:
        return False
    return True


def _move(beside: Path, path: Path, now: float) -> None:
    os.utime(beside, (now, now))
    beside.rename(path)


def _make_empty(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True, mode=0o700)


def _remove_beyond(root: Path, limit_bytes: int, held: frozenset[str], spared_from: float) -> None:
    folders = [
        (folder.stat().st_mtime, _size(folder), folder)
        for folder in root.iterdir()
        if not folder.name.endswith(_UNFINISHED)
    ]
    total = sum(size for _, size, _ in folders)
    for used_at, size, folder in sorted(folders):
        if total <= limit_bytes:
            return
        if folder.name not in held and used_at < spared_from:
            shutil.rmtree(folder, ignore_errors=True)
            total -= size


def _size(folder: Path) -> int:
    total = 0
    for above, _, names in os.walk(folder):
        total += sum(os.lstat(os.path.join(above, name)).st_blocks * 512 for name in names)
    return total
