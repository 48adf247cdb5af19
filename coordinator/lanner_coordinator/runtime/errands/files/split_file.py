"""Splits a file into several: `core.storage.Split`."""

from __future__ import annotations

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.places import source, suffix_of, target
from lanner_coordinator.runtime.errands.splitting import write_split

_LIMITS = ("bytes", "partitions", "rows", "regexPattern")


class SplitFile:
    """Reads the file once (twice for `partitions`) and writes one part after the other."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Split at the ends of lines, whatever the lines hold."""
        if not any(request.properties.get(name) for name in _LIMITS):
            raise ValueError("one of `bytes`, `partitions`, `regexPattern` and `rows` is needed")
        uri = source(request)

        def part_uri(index: int) -> ArtifactUri:
            return target(request, f"part-{index}{suffix_of(uri)}")

        count = await write_split(self._storage, uri, request.properties, part_uri)
        return NativeResult(outputs={"uris": [str(part_uri(index)) for index in range(count)]})
