"""The tree of a regular expression."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

LAST_CODE_POINT = 0x10FFFF


class PatternSyntaxError(ValueError):
    """A regular expression that cannot be read; the text is the end of a sentence that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """One character out of some ranges of code points.

    Attributes:
        ranges: First and last code point of each.
    """

    ranges: tuple[tuple[int, int], ...]

    def inverted(self) -> Characters:
        """One character that is in none of the ranges."""
        gaps: list[tuple[int, int]] = []
        start = 0
        for first, last in sorted(self.ranges):
            if first > start:
                gaps.append((start, first - 1))
            start = max(start, last + 1)
        if start <= LAST_CODE_POINT:
            gaps.append((start, LAST_CODE_POINT))
        return Characters(ranges=tuple(gaps))

    def has(self, code_point: int) -> bool:
        """Whether the character is one of them."""
        return any(first <= code_point <= last for first, last in self.ranges)


class Place(Enum):
    """A place between characters."""

    START = "^"
    """The start of the text."""
    END = "$"
    """The end of the text."""
    WORD_EDGE = "\\b"
    """Between an ASCII word character and another character, or an end of the text."""
    NO_WORD_EDGE = "\\B"
    """Everywhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Parts one after another; none matches the empty text.

    Attributes:
        parts: In order.
    """

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several.

    Attributes:
        options: At least one.
    """

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A part several times.

    Attributes:
        part: Which.
        at_least: Times.
        at_most: Times; absent: without end.
    """

    part: Node
    at_least: int
    at_most: int | None


Node: TypeAlias = Characters | Place | Sequence | Choice | Repeat
