"""Merges the outputs of the children of all batches into one file: the last part of ForEachItem."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import LineWriter
from lanner_coordinator.store.protocol import Store


class _Outputs(msgspec.Struct):
    """All that is wanted of a snapshot."""

    outputs: dict[str, object] = {}


_DECODER = msgspec.json.Decoder(_Outputs)


class Merge:
    """Reads one child after the other from the archive."""

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
        for child_id in child_ids:
            archived = await self._store.execution(child_id)
            outputs = _DECODER.decode(archived.snapshot).outputs if archived else {}
            if outputs:
                yield msgspec.json.encode(outputs)
