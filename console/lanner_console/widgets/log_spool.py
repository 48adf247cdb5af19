"""Where the lines of a log lie: their text in a file without a name, thirteen bytes each in memory.

A million lines of a verbose task fit beside everything else that runs on the machine that the
console was opened on. The text file holds nothing but text and line ends, so that a search is one
pass of a regular expression over it.
"""

from __future__ import annotations

import os
import struct
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from lanner_console.models import LogLevel, LogLine

LEVELS = tuple(LogLevel)
"""In rising order; a line's level is kept as its place here."""
MAX_LINES = 5_000_000
STAMP = struct.Struct("<d")


class LogSource(NamedTuple):
    """What wrote a line."""

    id: str
    """Id of the task run; empty: the execution itself."""
    name: str
    """For people: the task's id and the attempt."""


class SpooledLine(NamedTuple):
    """A line as it is read back."""

    at_seconds: float
    """When it was written, seconds since 1970."""
    level: int
    """Place of its level in `LEVELS`."""
    source: LogSource
    """What wrote it."""
    text: str
    """As it came, possibly with control characters."""


class LogSpool:
    """Lines in order of arrival, numbered from 0; closed with the widget that shows them."""

    def __init__(self) -> None:
        self.levels = bytearray()
        self.dropped_count = 0
        """Lines not kept because there were too many."""
        self._starts = array("Q", [0])
        self._source_numbers = array("I")
        self._sources: list[LogSource] = []
        self._number_of: dict[LogSource, int] = {}
        self._text = tempfile.TemporaryFile(prefix="lanner-log-")  # noqa: SIM115 - closed by close
        self._stamps = tempfile.TemporaryFile(prefix="lanner-log-")  # noqa: SIM115 - closed by close

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def sources(self) -> tuple[LogSource, ...]:
        """Everything that has written a line, in order of its first one."""
        return tuple(self._sources)

    def append(self, lines: Iterable[LogLine]) -> None:
        """Keep lines; a text of several lines becomes that many.

        Written to the page cache at once, a few kilobytes a call: that is faster than a thread.
        """
        texts, stamps = [], []
        start = self._starts[-1]
        for line in lines:
            source = self._source_number(_source_of(line))
            at_seconds = line.at.timestamp() if line.at else 0.0
            for piece in line.text.split("\n"):
                if len(self.levels) >= MAX_LINES:
                    self.dropped_count += 1
                    continue
                text = piece.rstrip("\r").encode("utf-8", "surrogateescape") + b"\n"
                start += len(text)
                texts.append(text)
                stamps.append(STAMP.pack(at_seconds))
                self._starts.append(start)
                self._source_numbers.append(source)
                self.levels.append(LEVELS.index(line.level))
        self._text.write(b"".join(texts))
        self._stamps.write(b"".join(stamps))
        self._text.flush()
        self._stamps.flush()

    def line(self, number: int) -> SpooledLine:
        """Read one line."""
        return SpooledLine(
            self.at_seconds(number),
            self.levels[number],
            self._sources[self._source_numbers[number]],
            self.block(number, number + 1)[:-1].decode("utf-8", "replace"),
        )

    def at_seconds(self, number: int) -> float:
        """Read when a line was written, seconds since 1970."""
        packed = os.pread(self._stamps.fileno(), STAMP.size, number * STAMP.size)
        return float(STAMP.unpack(packed)[0])

    def source_id(self, number: int) -> str:
        """Give the id of what wrote a line."""
        return self._sources[self._source_numbers[number]].id

    def block(self, first: int, end: int) -> bytes:
        """Read the text of lines `first` to before `end`, each with its line end."""
        start = self._starts[first]
        return os.pread(self._text.fileno(), self._starts[end] - start, start)

    def number_at(self, first: int, position: int) -> int:
        """Give the line that the byte `position` of a block from line `first` on lies in."""
        return bisect_right(self._starts, self._starts[first] + position) - 1

    def position_after(self, first: int, number: int) -> int:
        """Give the position in a block from line `first` on at which line `number` has ended."""
        return int(self._starts[number + 1] - self._starts[first])

    def first_since(self, at_seconds: float) -> int:
        """Give the first line written at that time or later; they are nearly in order of time."""
        return bisect_right(range(len(self)), at_seconds, key=self.at_seconds)

    def close(self) -> None:
        """Give the disk space back."""
        self._text.close()
        self._stamps.close()

    def _source_number(self, source: LogSource) -> int:
        number = self._number_of.get(source)
        if number is None:
            number = self._number_of[source] = len(self._sources)
            self._sources.append(source)
        return number


def _source_of(line: LogLine) -> LogSource:
    again = f" #{line.attempt_number}" if line.attempt_number > 1 else ""
    return LogSource(line.task_run_id, line.task_id + again)
