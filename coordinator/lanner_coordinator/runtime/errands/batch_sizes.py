"""How large the batches of a ForEachItem are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lanner_coordinator.flow.types.native_type import shown

_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_BYTES = re.compile(r"(\d+)\s*([KMGT]?)I?B?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSize:
    """When a batch is full; exactly one of the limits is above 0.

    Attributes:
        rows: Lines of each batch.
        byte_limit: A batch ends with the line that reaches this many bytes, as in Kestra.
        partitions: How many batches there are at most.
        separator: Between lines.
        line_count: Lines in all; only for `partitions`.
    """

    rows: int = 0
    byte_limit: int = 0
    partitions: int = 0
    separator: bytes = b"\n"
    line_count: int = 0

    def with_line_count(self, count: int) -> BatchSize:
        """The same for a file of so many lines."""
        return replace(self, line_count=count)

    def is_full(self, index: int, line_count: int, byte_count: int) -> bool:
        """Whether a batch takes no more.

        Args:
            index: Of the batch.
            line_count: Lines that it has.
            byte_count: Bytes that it has.
        """
        if self.byte_limit:
            return byte_count >= self.byte_limit
        rows = self.rows
        if self.partitions:
            rows, more = divmod(self.line_count, self.partitions)
            rows += index < more
        return line_count >= rows


def read_size(given: Mapping[str, object]) -> BatchSize:
    """What `batch` says; without a limit, one line each.

    Raises:
        ValueError: It makes no sense; says why.
    """
    limits = {
        name: read(given[name])
        for name, read in (("bytes", _byte_count), ("partitions", _whole), ("rows", _whole))
        if given.get(name) not in (None, "")
    }
    separator = shown(given.get("separator")).encode() or b"\n"
    for name, number in limits.items():
        if number < 1:
            raise ValueError(f"`batch.{name}` must be at least 1, not {number}")
    if "bytes" in limits:
        return BatchSize(byte_limit=limits["bytes"], separator=separator)
    if "partitions" in limits:
        return BatchSize(partitions=limits["partitions"], separator=separator)
    return BatchSize(rows=limits.get("rows", 1), separator=separator)


def _whole(value: object) -> int:
    written = shown(value).strip()
    if not written.isdigit():
        raise ValueError(f"`batch` needs whole numbers, not `{written}`")
    return int(written)


def _byte_count(value: object) -> int:
    written = shown(value).strip()
    found = _BYTES.fullmatch(written)
    if found is None:
        raise ValueError(f"`batch.bytes` must be a size such as `10MB`, not `{written}`")
    return int(found[1]) * _UNITS[found[2].upper()]
