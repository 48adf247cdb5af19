"""Splits a file of items into batches, each a file of its own: the first part of ForEachItem."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.batch_sizes import BatchSize, read_size
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import LineWriter, lines_of, readable

INDEX_MARK = "{index}"
"""Stands for the index of a batch in the pattern of its URI."""


@dataclass(slots=True, kw_only=True)
class _Source:
    """A file of items, line by line.

    Attributes:
        header: First line of a CSV, which each batch has; empty: none.
        lines: All others.
        first: The next line.
    """

    header: bytes
    lines: AsyncIterator[bytes]
    first: bytes | None


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
        suffix = PurePosixPath(uri.name).suffix or ".txt"
        size = read_size(given)
        if size.partitions:
            size = size.with_line_count(await self._count(uri, size, suffix))
        source = await self._open(uri, size, suffix)
        count = 0
        while source.first is not None:
            await self._write_batch(request, source, size, count, suffix)
            count += 1
        if not count:
            return NativeResult(outputs={"numberOfBatches": 0})
        splits = await self._write_list(request, count, suffix)
        pattern = str(_batch_uri(request, "INDEX", suffix)).replace("INDEX", INDEX_MARK)
        return NativeResult(
            outputs={"splits": str(splits), "numberOfBatches": count, "batch": pattern}
        )

    async def _count(self, uri: ArtifactUri, size: BatchSize, suffix: str) -> int:
        is_csv = suffix == ".csv"
        count = 0
        async for _ in lines_of(self._storage, uri, size.separator, is_csv=is_csv):
            count += 1
        return max(count - is_csv, 0)

    async def _open(self, uri: ArtifactUri, size: BatchSize, suffix: str) -> _Source:
        is_csv = suffix == ".csv"
        lines = lines_of(self._storage, uri, size.separator, is_csv=is_csv)
        header = await anext(lines, b"") if is_csv else b""
        return _Source(header=header, lines=lines, first=await anext(lines, None))

    async def _write_batch(
        self, request: Request, source: _Source, size: BatchSize, index: int, suffix: str
    ) -> None:
        line_count = byte_count = 0
        async with self._storage.writer(_batch_uri(request, str(index), suffix)) as opened:
            writer = LineWriter(opened)
            if source.header:
                await writer.write(source.header, size.separator)
            while source.first is not None:
                if line_count and size.is_full(index, line_count, byte_count):
                    break
                byte_count += len(source.first) + len(size.separator)
                await writer.write(source.first, size.separator)
                line_count += 1
                source.first = await anext(source.lines, None)
            await writer.finish()

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
