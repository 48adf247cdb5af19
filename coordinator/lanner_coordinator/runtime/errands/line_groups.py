"""A file of lines that is taken apart by what a regular expression finds in each line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.line_files import LineWriter, lines_of

MOST_GROUPS = 200
"""All of them are written at the same time."""


async def write_groups(
    storage: ArtifactStorage,
    uri: ArtifactUri,
    pattern: str,
    uri_of: Callable[[int], ArtifactUri],
    *,
    separator: bytes = b"\n",
    is_csv: bool = False,
) -> int:
    """Write a file for each text that the first group of a pattern finds; how many there are.

    They come in the order of their first lines. Lines in which nothing is found are left out; the
    first line of a CSV goes into each.

    Raises:
        ArtifactMissing: There is no such file.
        ValueError: The pattern is wrong, or finds too many different texts.
    """
    groups: dict[str, LineWriter] = {}
    lines = lines_of(storage, uri, separator, is_csv=is_csv)
    header = await anext(lines, None) if is_csv else None
    async with AsyncExitStack() as opened:
        async for line in lines:
            key = _found(pattern, line)
            if key is None:
                continue
            if key not in groups:
                _check_count(len(groups))
                target = storage.writer(uri_of(len(groups)))
                groups[key] = LineWriter(await opened.enter_async_context(target))
                if header is not None:
                    await groups[key].write(header, separator)
            await groups[key].write(line, separator)
        for writer in groups.values():
            await writer.finish()
    return len(groups)


def _check_count(count: int) -> None:
    if count >= MOST_GROUPS:
        raise ValueError(
            f"`regexPattern` finds more than {MOST_GROUPS} different texts, for each of which there"
            " would be a file"
        )


def _found(pattern: str, line: bytes) -> str | None:
    try:
        # Each line has the whole time that a regular expression may take.
        return Regex(pattern, Budget(DEFAULT_LIMITS)).search(line.decode(errors="replace"), 1)
    except ExpressionError as error:
        raise ValueError(f"`regexPattern`: {error}") from error
