"""Splits a file of items into batches, each a file of its own: the first part of ForEachItem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import LineWriter, readable
from lanner_coordinator.runtime.errands.splitting import write_split

INDEX_MARK = "{index}"
"""Stands for the index of a batch in the pattern of its URI."""


class Split:
    """Reads the file once (twice for `partitions`) and writes one batch after the other."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Split `items` as `batch` says."""
        items = shown(request.properties.get("items")).strip()
        given = request.properties.get("batch") or {}
        if not isinstance(given, Mapping):
            raise ValueError("`batch` must be a map")
        uri = readable(items, request.owner)
        suffix = PurePosixPath(uri.title).suffix or ".txt"
        count = await write_split(
            self._storage,
            uri,
            given,
            lambda index: _batch_uri(request, str(index), suffix),
            is_csv=suffix == ".csv",
        )
        if not count:
            return NativeResult(outputs={"numberOfBatches": 0})
        splits = await self._write_list(request, count, suffix)
        pattern = str(_batch_uri(request, "INDEX", suffix)).replace("INDEX", INDEX_MARK)
        return NativeResult(
            outputs={"splits": str(splits), "numberOfBatches": count, "batch": pattern}
        )

    async def _write_list(self, request: Request, count: int, suffix: str) -> ArtifactUri:
        uri = ArtifactUri.of_task(
            request.owner, _folder(request), request.task_run_id, "splits.txt"
        )
        async with self._storage.writer(uri) as opened:
            writer = LineWriter(opened)
            for index in range(count):
                await writer.write(str(_batch_uri(request, str(index), suffix)).encode())
            await writer.finish()
        return uri


def _batch_uri(request: Request, index: str, suffix: str) -> ArtifactUri:
    name = f"batch-{index}{suffix}"
    return ArtifactUri.of_task(request.owner, _folder(request), request.task_run_id, name)


def _folder(request: Request) -> str:
    """Kestra's tests look for the task's id with dashes in these URIs."""
    return request.task_id.replace("_", "-")
