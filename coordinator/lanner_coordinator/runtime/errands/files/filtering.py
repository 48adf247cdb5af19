"""Keeps the items for which a condition holds: `core.storage.FilterItems`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.expression import ExpressionError, is_truthy
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.flow.types.storage import ERROR_BEHAVIORS, FILTER_TYPES
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.items import in_groups, opened_items, rendered
from lanner_coordinator.runtime.errands.files.places import source, suffix_of, target
from lanner_coordinator.runtime.errands.line_files import LineWriter


class FilterItems:
    """Reads the file once; items are written as they are."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Judge group after group."""
        uri = source(request)
        condition = shown(request.raw.get("filterCondition"))
        keeps_true = _choice(request.properties, "filterType", FILTER_TYPES) == "INCLUDE"
        behavior = _choice(request.properties, "errorOrNullBehavior", ERROR_BEHAVIORS)
        filtered = target(request, f"filtered{suffix_of(uri)}")
        items = await opened_items(self._storage, uri)
        read = kept = 0
        async with self._storage.writer(filtered) as opened:
            writer = LineWriter(opened)
            if items.header is not None:
                await writer.write(items.header)
            async for lines in in_groups(items.lines):
                results = await rendered(condition, items.header, lines)
                for line, result in zip(lines, results, strict=True):
                    read += 1
                    if _is_kept(result, behavior, read, keeps_true=keeps_true):
                        kept += 1
                        await writer.write(line)
            await writer.finish()
        return NativeResult(
            outputs={
                "uri": str(filtered),
                "processedItemsTotal": read,
                "droppedItemsTotal": read - kept,
            }
        )


def _is_kept(
    result: str | ExpressionError, behavior: str, number: int, *, keeps_true: bool
) -> bool:
    if isinstance(result, str) and result.strip():
        return is_truthy(result.strip()) is keeps_true
    if behavior == "FAIL":
        why = str(result) if isinstance(result, ExpressionError) else "it gives nothing"
        raise ValueError(f"the condition cannot be told for item {number}: {why}")
    return behavior == "INCLUDE"


def _choice(properties: Mapping[str, object], name: str, options: tuple[str, ...]) -> str:
    given = shown(properties.get(name)).strip().upper() or options[0]
    if given not in options:
        raise ValueError(f"`{name}` must be one of {', '.join(options)}, not `{given}`")
    return given
