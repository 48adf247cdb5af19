"""Reads the log of a container as Docker's API gives it, in pieces of any size.

Each frame has a header of 8 bytes (stream, length) and holds one entry: a timestamp, a space, and a
line or, of a line of more than 16 KiB, a part of one.
"""

from __future__ import annotations

from datetime import datetime

from lanner_agent.runners.contract import OutputLine, Stream
from lanner_agent.runners.lines import LineSplitter

HEADER_BYTES = 8
STREAMS = {1: Stream.STDOUT, 2: Stream.STDERR}


class LogDecoder:
    """Turns bytes of the log into lines.

    Attributes:
        last_at: Timestamp of the last entry that was read; absent: none was.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._splitters = {stream: LineSplitter() for stream in Stream}
        self._last_stamp = b""
        self._known_stamp = b""
        self.last_at: datetime | None = None

    def begin_again(self) -> None:
        """Expect the log from the last entry on; entries that were read are left out."""
        self._rest = b""
        self._known_stamp = self._last_stamp

    def is_news(self, entry: bytes) -> bool:
        """Whether a frame is later than all that were read; nothing is not."""
        return entry[HEADER_BYTES:].partition(b" ")[0] > self._last_stamp

    def feed(self, received: bytes) -> list[OutputLine]:
        """Take the next bytes; the lines that are complete now."""
        content = self._rest + received
        lines: list[OutputLine] = []
        start = 0
        while (body := start + HEADER_BYTES) <= len(content):
            end = body + int.from_bytes(content[start + 4 : body], "big")
            if end > len(content):
                break
            lines += self._entry(STREAMS.get(content[start], Stream.STDOUT), content[body:end])
            start = end
        self._rest = content[start:]
        return lines

    def flush(self) -> list[OutputLine]:
        """Last lines that have no end."""
        if self.last_at is None:
            return []
        return [
            OutputLine(at=self.last_at, stream=stream, text=text)
            for stream, splitter in self._splitters.items()
            for text in splitter.flush()
        ]

    def _entry(self, stream: Stream, entry: bytes) -> list[OutputLine]:
        stamp, _, written = entry.partition(b" ")
        # Stamps are of one length, so that they compare as texts.
        if stamp <= self._known_stamp:
            return []
        self._last_stamp = stamp
        at = self.last_at = datetime.fromisoformat(stamp.decode("ascii"))
        return [
            OutputLine(at=at, stream=stream, text=text)
            for text in self._splitters[stream].feed(written)
        ]
