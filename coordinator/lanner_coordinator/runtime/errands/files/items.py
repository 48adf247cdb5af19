"""Items of a file, one in each line, and expressions about them."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lanner_coordinator.flow.expression import ExpressionError, NoEffects, render
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.formats.ion_reader import read_ion
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.line_files import lines_of

TOGETHER = 500
"""Items that are judged together, in a thread: the event loop goes on meanwhile."""

_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFile:
    """A file of items.

    Attributes:
        header: First line of a CSV; absent: the file is none.
        lines: One for each item.
    """

    header: bytes | None
    lines: AsyncIterator[bytes]


async def opened_items(storage: ArtifactStorage, uri: ArtifactUri) -> ItemFile:
    """Begin to read; a CSV is known by its name."""
    is_csv = uri.title.lower().endswith(".csv")
    lines = _filled(lines_of(storage, uri, is_csv=is_csv))
    return ItemFile(header=await anext(lines, b"") if is_csv else None, lines=lines)


async def in_groups(lines: AsyncIterator[_Line]) -> AsyncIterator[list[_Line]]:
    """Lines, some hundreds at a time."""
    group: list[_Line] = []
    async for line in lines:
        group.append(line)
        if len(group) == TOGETHER:
            yield group
            group = []
    if group:
        yield group


async def rendered(
    expression: str, header: bytes | None, lines: Sequence[bytes]
) -> list[str | ExpressionError]:
    """What an expression gives for each item, or why it gives nothing."""
    return await asyncio.to_thread(_rendered, expression, header, lines)


def _rendered(
    expression: str, header: bytes | None, lines: Sequence[bytes]
) -> list[str | ExpressionError]:
    columns = None if header is None else _row(header)
    results: list[str | ExpressionError] = []
    for line in lines:
        try:
            results.append(shown(render(expression, _variables(line, columns), NoEffects()).value))
        except ExpressionError as error:
            results.append(error)
    return results


def _variables(line: bytes, columns: Sequence[str] | None) -> Mapping[str, object]:
    """The fields of an item; one that has none is its own `value`."""
    if columns is not None:
        return dict(zip(columns, _row(line), strict=False))
    item = item_of_line(line.decode("utf-8", errors="replace"))
    return item if isinstance(item, Mapping) else {"value": item}


def item_of_line(text: str) -> object:
    """The item that a line holds. JSON is Ion too, and much faster to read."""
    try:
        return json.loads(text)
    except ValueError:
        return next(iter(read_ion(text, Budget(DEFAULT_LIMITS))), None)


def _row(line: bytes) -> list[str]:
    return next(csv.reader([line.decode("utf-8", errors="replace")]), [])


async def _filled(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Without empty lines, which are no items."""
    async for line in lines:
        if line.strip():
            yield line
