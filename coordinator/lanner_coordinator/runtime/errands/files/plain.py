"""Small errands on one file: its size, its end, a new one of a text."""

from __future__ import annotations

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import (
    ArtifactMissing,
    ArtifactRefused,
    ArtifactStorage,
    NoArtifactsUri,
    may_delete,
)
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.places import source, target, wanted_suffix


class Size:
    """Tells the size of a file."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Look it up."""
        return NativeResult(outputs={"size": await self._storage.size(source(request, "uri"))})


class Delete:
    """Removes a file."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Remove it, if it is there."""
        may_miss = not is_truthy(request.properties.get("errorOnMissing", False))
        try:
            uri = source(request, "uri")
        except NoArtifactsUri:
            if not may_miss:
                raise
            return NativeResult(outputs={"uri": shown(request.properties["uri"]), "deleted": False})
        if not may_delete(uri, request.owner):
            raise ArtifactRefused(
                f"{uri} cannot be deleted by execution {request.owner.execution_id}: it is a file "
                "of another one"
            )
        was_there = await self._storage.exists(uri)
        if not (was_there or may_miss):
            raise ArtifactMissing(f"There is no artifact {uri}.")
        await self._storage.delete(uri)
        return NativeResult(outputs={"uri": str(uri), "deleted": was_there})


class Write:
    """Writes a text into a new file."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Write it whole."""
        uri = target(request, f"content{wanted_suffix(request, '.tmp')}")
        async with self._storage.writer(uri) as writer:
            await writer.write(shown(request.properties.get("content")).encode())
            await writer.finish()
        return NativeResult(outputs={"uri": str(uri)})


class PurgeCurrentExecutionFiles:
    """Removes all files of the execution."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """List and remove them."""
        files = await self._storage.list_execution(request.owner)
        await self._storage.delete_execution(request.owner)
        return NativeResult(outputs={"uris": [str(file.uri) for file in files]})
