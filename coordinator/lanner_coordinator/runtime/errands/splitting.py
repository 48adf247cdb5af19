"""A file of lines as several files: by their number or size, or by what is in the lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.batch_sizes import read_size
from lanner_coordinator.runtime.errands.line_groups import write_groups
from lanner_coordinator.runtime.errands.parts import open_lines, write_parts


async def write_split(
    storage: ArtifactStorage,
    uri: ArtifactUri,
    asked: Mapping[str, object],
    uri_of: Callable[[int], ArtifactUri],
    *,
    is_csv: bool = False,
) -> int:
    """Write the files that are asked for; how many there are.

    Raises:
        ArtifactError, OSError, ValueError: One of them cannot be written; the others may be there.
    """
    size = read_size(asked)
    pattern = shown(asked.get("regexPattern"))
    if not pattern:
        lines = await open_lines(storage, uri, size, is_csv=is_csv)
        return await write_parts(storage, lines, uri_of)
    return await write_groups(
        storage, uri, pattern, uri_of, separator=size.separator, is_csv=is_csv
    )
