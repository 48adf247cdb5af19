"""Cuts a text into pieces that mean the same wherever they stand.

A text without tags is a row of `{{ }}` that know nothing of each other. The same few of them stand
in hundreds of texts of a flow, so that each is worth being looked at once only.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_START: Final = re.compile(r"\{[{%#]")
_SIMPLE: Final = re.compile(
    r"""\{\{(?:[^{}'"]++|'[^'\\{}]*+'|"[^"\\#{}]*+")*+\}\}""",
)
"""An expression without braces and escapes, which ends where it seems to end."""
_LONGEST: Final = 10_000
"""A text with more characters stays whole, so that the limits for whole texts hold."""


class Piece(NamedTuple):
    """A part of a text.

    Attributes:
        offset: Where it starts in the text.
        text: Its characters.
    """

    offset: int
    text: str


def pieces_of(text: str) -> tuple[Piece, ...]:
    """Return the `{{ }}` of a text, or the text as one piece if it is more than a row of them."""
    if len(text) > _LONGEST:
        return (Piece(0, text),)
    pieces: list[Piece] = []
    start = _START.search(text)
    while start is not None:
        found = _SIMPLE.match(text, start.start())
        if found is None:
            return (Piece(0, text),)
        pieces.append(Piece(found.start(), found.group()))
        start = _START.search(text, found.end())
    return tuple(pieces)
