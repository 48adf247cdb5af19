"""Keeps the last of all items that have the same key: `core.storage.DeduplicateItems`."""

from __future__ import annotations

import hashlib

from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.items import in_groups, opened_items, rendered
from lanner_coordinator.runtime.errands.files.places import source, suffix_of, target
from lanner_coordinator.runtime.errands.line_files import LineWriter

DIGEST_BYTES = 16
"""Of a key: what is remembered of it, however long it is."""


class DeduplicateItems:
    """Reads the file twice: where the last item of each key is, then those items."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Memory grows with the number of different keys, not with the file."""
        uri = source(request)
        last, read = await self._last_of_each(uri, shown(request.raw.get("expr")))
        unique = target(request, f"unique{suffix_of(uri)}")
        wanted = set(last.values())
        items = await opened_items(self._storage, uri)
        number = 0
        async with self._storage.writer(unique) as opened:
            writer = LineWriter(opened)
            if items.header is not None:
                await writer.write(items.header)
            async for line in items.lines:
                if number in wanted:
                    await writer.write(line)
                number += 1
            await writer.finish()
        return NativeResult(
            outputs={
                "uri": str(unique),
                "numKeys": len(last),
                "processedItemsTotal": read,
                "droppedItemsTotal": read - len(last),
            }
        )

    async def _last_of_each(
        self, uri: ArtifactUri, expression: str
    ) -> tuple[dict[bytes, int], int]:
        """Number of the last item of each key, and how many items there are."""
        last: dict[bytes, int] = {}
        number = 0
        items = await opened_items(self._storage, uri)
        async for lines in in_groups(items.lines):
            for key in await rendered(expression, items.header, lines):
                if isinstance(key, ExpressionError):
                    raise ValueError(f"item {number + 1} has no key: {key}") from key
                digest = hashlib.blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
                last[digest] = number
                number += 1
        return last, number
