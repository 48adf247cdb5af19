"""Writes several files one after the other into a new one: `core.storage.Concat`."""

from __future__ import annotations

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.places import sources, target, wanted_suffix


class Concat:
    """Copies chunk after chunk."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """The separator comes behind each file, the last one too, as in Kestra."""
        separator = shown(request.properties.get("separator")).encode()
        uri = target(request, f"concat{wanted_suffix(request, '.tmp')}")
        async with self._storage.writer(uri) as writer:
            for file in sources(request, "files"):
                async for chunk in self._storage.open(file):
                    await writer.write(chunk)
                if separator:
                    await writer.write(separator)
            await writer.finish()
        return NativeResult(outputs={"uri": str(uri)})
