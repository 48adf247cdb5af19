"""Text from flows, logs and errors, harmless to a terminal: control characters made visible."""

from __future__ import annotations

import re
import unicodedata

# C0, DEL and C1 controls; line and paragraph separators; marks that turn the direction of text.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
DELETE = 0x7F
CONTROL_PICTURES = 0x2400
DELETE_PICTURE = "\u2421"
LAST_C0 = 0x1F


def visible(text: str, *, ascii_only: bool = False) -> str:
    """The text on one line, each control character shown as a picture or by its number."""
    if ascii_only:
        return UNSAFE.sub(_escape, text).encode("ascii", "backslashreplace").decode("ascii")
    return UNSAFE.sub(_picture, text)


def visible_line(text: str, *, ascii_only: bool = False) -> str:
    """A log line, made visible, with its tabs kept as spaces to the next multiple of eight."""
    return visible(text.rstrip("\r\n").expandtabs(), ascii_only=ascii_only)


def width(text: str) -> int:
    """Cells that visible text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def cut(text: str, cells: int, *, sign: str = "…") -> str:
    """The text in at most so many cells; `sign` stands for what was cut."""
    if width(text) <= cells:
        return text
    room = max(cells - width(sign), 0)
    kept: list[str] = []
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return ("".join(kept) + sign)[: max(cells, 0)]


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= LAST_C0:
        return chr(CONTROL_PICTURES + code)
    return DELETE_PICTURE if code == DELETE else _escape(match)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
