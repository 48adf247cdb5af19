"""Keeps the last of all items that have the same key: `core.storage.DeduplicateItems`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.items import in_groups, opened_items, rendered
from lanner_coordinator.runtime.errands.files.last_items import Chosen, LastItems
from lanner_coordinator.runtime.errands.files.places import source, suffix_of, target
from lanner_coordinator.runtime.errands.line_files import LineWriter


class DeduplicateItems:
    """Reads the file twice: where the last item of each key is, then those items."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Memory grows neither with the file nor with the number of its keys."""
        uri = source(request)
        last, read = await self._last_of_each(uri, shown(request.raw.get("expr")))
        unique = target(request, f"unique{suffix_of(uri)}")
        items = await opened_items(self._storage, uri)
        number = 0
        async with self._storage.writer(unique) as opened:
            writer = LineWriter(opened)
            if items.header is not None:
                await writer.write(items.header)
            async for line in items.lines:
                if number in last:
                    await writer.write(line)
                number += 1
            await writer.finish()
        return NativeResult(
            outputs={
                "uri": str(unique),
                "numKeys": last.count,
                "processedItemsTotal": read,
                "droppedItemsTotal": read - last.count,
            }
        )

    async def _last_of_each(self, uri: ArtifactUri, expression: str) -> tuple[Chosen, int]:
        """The last item of each key, and how many items there are."""
        items = await opened_items(self._storage, uri)
        with LastItems() as last:
            async for lines in in_groups(items.lines):
                keys = await rendered(expression, items.header, lines)
                await asyncio.to_thread(last.add, _without_errors(keys, last.item_count))
            return await asyncio.to_thread(last.chosen), last.item_count


def _without_errors(keys: Sequence[str | ExpressionError], before: int) -> Sequence[str]:
    """Keys; raises what is wrong with the first one that is none."""
    found: list[str] = []
    for number, key in enumerate(keys, before + 1):
        if isinstance(key, ExpressionError):
            raise ValueError(f"item {number} has no key: {key}") from key
        found.append(key)
    return found
