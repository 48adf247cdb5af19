"""Which item of a file is the last one of its key; all calls block.

Some keys are kept in memory. When there are more, they go to files of this machine, each of which
has all that is known of its share of the keys.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Self

KEYS_IN_MEMORY = 200_000
"""About 40 MB of them."""

SHARE_COUNT = 64

_DIGEST_BYTES = 16
_RECORD = struct.Struct(f"<{_DIGEST_BYTES}sQ")
_READ_RECORDS = 10_000


@dataclass(slots=True)
class Chosen:
    """Numbers of items, a bit for each.

    Attributes:
        count: How many were added, each once.
    """

    count: int = 0
    _bits: bytearray = field(default_factory=bytearray)

    def add(self, number: int) -> None:
        """Choose an item."""
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)
        self.count += 1

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))


class LastItems:
    """Is told the key of each item, in order."""

    def __init__(self, keys_in_memory: int = KEYS_IN_MEMORY) -> None:
        self._limit = keys_in_memory
        self._last: dict[bytes, int] = {}
        self._shares: list[BinaryIO] = []
        self._stack = ExitStack()
        self.item_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, keys: Iterable[str]) -> None:
        """Take the keys of the next items, however long they are."""
        for key in keys:
            digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES).digest()
            self._last[digest] = self.item_count
            self.item_count += 1
        if len(self._last) > self._limit:
            self._spill()

    def chosen(self) -> Chosen:
        """The last item of each key; nothing may be added after it."""
        chosen = Chosen()
        for last in self._parts():
            for number in last.values():
                chosen.add(number)
        return chosen

    def _parts(self) -> Iterable[Mapping[bytes, int]]:
        """The last item of each key; no key is in two of them."""
        if not self._shares:
            yield self._last
            return
        self._spill()
        for share in self._shares:
            yield dict(_records(share))  # later ones replace earlier ones

    def _spill(self) -> None:
        if not self._shares:
            self._shares = [
                self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack does it
                for _ in range(SHARE_COUNT)
            ]
        for digest, number in self._last.items():
            self._shares[digest[0] % SHARE_COUNT].write(_RECORD.pack(digest, number))
        self._last = {}


def _records(share: BinaryIO) -> Iterable[tuple[bytes, int]]:
    share.seek(0)
    while data := share.read(_READ_RECORDS * _RECORD.size):
        yield from _RECORD.iter_unpack(data)
