"""Records in an append-only file: length, CRC-32, content.

A crash in the middle of a write leaves a torn record at the end; reading stops before it, and the
writer cuts it off before it goes on.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = struct.Struct("<II")
HEAD_BYTES = _HEAD.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One record that was read back.

    Attributes:
        offset: Where its content begins in the file, in bytes.
        content: What was written.
    """

    offset: int
    content: bytes = field(repr=False)

    @property
    def end(self) -> int:
        """Where the next record begins, in bytes."""
        return self.offset + len(self.content)


def frame(content: bytes) -> bytes:
    """Bytes to append to a file for one record."""
    return _HEAD.pack(len(content), zlib.crc32(content)) + content


def frames(file_content: bytes) -> Iterator[Frame]:
    """Read records up to the end or the first torn one."""
    start = 0
    while start + HEAD_BYTES <= len(file_content):
        length, checksum = _HEAD.unpack_from(file_content, start)
        offset = start + HEAD_BYTES
        content = file_content[offset : offset + length]
        if len(content) < length or zlib.crc32(content) != checksum:
            return
        found = Frame(offset=offset, content=content)
        yield found
        start = found.end
