"""Cut what a command writes into lines of bounded length."""

from __future__ import annotations

LONGEST_LINE_BYTES = 64 * 1024


def is_piece(text: str) -> bool:
    """Whether a text may be a piece of an overlong line that goes on."""
    shortest = LONGEST_LINE_BYTES - 3
    return len(text) * 4 >= shortest and len(text.encode("utf-8", "replace")) >= shortest


class LineSplitter:
    """Turns the bytes of one stream, in pieces as they come, into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, written: bytes) -> list[str]:
        """Take the next bytes; the lines that are complete now, and pieces of overlong ones."""
        *ended, rest = (self._rest + written).split(b"\n")
        lines = [text for line in ended for text in _pieces(line.removesuffix(b"\r"))]
        if len(rest) > LONGEST_LINE_BYTES:
            *pieces, rest = _cut(rest)
            lines += [_decoded(piece) for piece in pieces]
        self._rest = rest
        return lines

    def flush(self) -> list[str]:
        """The last line, where the stream ended without a line end."""
        rest, self._rest = self._rest, b""
        return [_decoded(rest)] if rest else []


def _pieces(line: bytes) -> list[str]:
    if len(line) <= LONGEST_LINE_BYTES:
        return [_decoded(line)]
    return [_decoded(piece) for piece in _cut(line)]


def _cut(line: bytes) -> list[bytes]:
    """Pieces of at most the longest length, none of which ends within a character."""
    pieces = []
    start = 0
    while len(line) - start > LONGEST_LINE_BYTES:
        end = start + LONGEST_LINE_BYTES
        while end > start + LONGEST_LINE_BYTES - 4 and line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start = end
    return [*pieces, line[start:]]


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace")
