"""Merges the outputs of the children of all batches into one file: the last part of ForEachItem."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.failures import first_failure
from lanner_coordinator.runtime.errands.line_files import LineWriter
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store


class _Outputs(msgspec.Struct):
    """All that is wanted of a snapshot."""

    outputs: dict[str, object] = {}


_AT_ONCE = 64
"""Children that are read at the same time."""

_DECODER = msgspec.json.Decoder(_Outputs)


class Merge:
    """Reads the children from the archive, some at a time."""

    def __init__(self, store: Store, storage: ArtifactStorage) -> None:
        self._store = store
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """A file with a line of JSON, which is Ion too, for each child that has outputs."""
        rows = self._rows(request.child_ids)
        first = await anext(rows, None)
        if first is None:
            return NativeResult()
        uri = ArtifactUri.of_task(
            request.owner, request.task_id, request.task_run_id, "outputs.ion"
        )
        async with self._storage.writer(uri) as opened:
            writer = LineWriter(opened)
            await writer.write(first)
            async for row in rows:
                await writer.write(row)
            await writer.finish()
        return NativeResult(outputs={"subflowOutputs": str(uri)})

    async def _rows(self, child_ids: Sequence[str]) -> AsyncIterator[bytes]:
        for first in range(0, len(child_ids), _AT_ONCE):
            for outputs in await self._outputs_of(child_ids[first : first + _AT_ONCE]):
                if outputs:
                    yield msgspec.json.encode(outputs)

    async def _outputs_of(self, child_ids: Sequence[str]) -> Sequence[dict[str, object]]:
        try:
            async with asyncio.TaskGroup() as reading:
                found = [reading.create_task(self._store.execution(one)) for one in child_ids]
        except* StoreError as failures:
            raise first_failure(failures) from failures
        archived = [one.result() for one in found]
        return [_DECODER.decode(one.snapshot).outputs if one else {} for one in archived]
