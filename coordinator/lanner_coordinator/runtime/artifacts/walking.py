"""What storages of every kind do in the same way, on top of what they can."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from lanner_coordinator.runtime.artifacts.storage import ArtifactStorage
from lanner_coordinator.runtime.artifacts.uri import ArtifactFolder, ArtifactUri

Segments = tuple[str, ...]

Look = Callable[[Segments], Awaitable[tuple[Sequence[ArtifactFolder], Sequence[str]]]]
"""Folders of executions and uploads right in a folder, and names of its other folders."""


async def folders_below(look: Look) -> AsyncIterator[ArtifactFolder]:
    """All folders of executions and uploads, from the root on."""
    waiting: list[Segments] = [()]
    while waiting:
        segments = waiting.pop()
        found, others = await look(segments)
        waiting += [(*segments, name) for name in reversed(others)]
        for folder in found:
            yield folder


async def copied_through(storage: ArtifactStorage, source: ArtifactUri, target: ArtifactUri) -> int:
    """Copy an artifact by reading and writing it; its size in bytes."""
    async with storage.writer(target) as writer:
        async for chunk in storage.open(source):
            await writer.write(chunk)
        return await writer.finish()
