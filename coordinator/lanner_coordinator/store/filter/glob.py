"""Globs: text with `*` for any characters and `?` for one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Wildcard(Enum):
    """A part of a glob that stands for other characters."""

    ANY = "*"
    """Any number of characters, none too."""
    ONE = "?"
    """Exactly one character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """A pattern over a whole text.

    Attributes:
        parts: Literal text and wildcards, in order; no literal is empty.
    """

    parts: tuple[str | Wildcard, ...]

    @property
    def is_literal(self) -> bool:
        """Whether it stands for one text only."""
        return not any(isinstance(part, Wildcard) for part in self.parts)

    @property
    def text(self) -> str:
        """As it would be written; the text itself where it is literal."""
        return "".join(part if isinstance(part, str) else part.value for part in self.parts)

    def matches(self, text: str) -> bool:
        """Whether all of `text` fits, case-sensitive."""
        if self.is_literal:
            return text == self.text
        return _whole(self).fullmatch(text) is not None

    def occurs_in(self, text: str) -> bool:
        """Whether some part of `text` fits, case-insensitive."""
        if self.is_literal:
            return fold(self.text) in fold(text)
        return _anywhere(self).fullmatch(fold(text)) is not None


def literal_glob(text: str) -> Glob:
    """The glob that stands for `text` only."""
    return Glob(parts=(text,) if text else ())


def parse_glob(text: str) -> Glob:
    """The glob of a text in which `*` and `?` are wildcards."""
    signs = {wildcard.value: wildcard for wildcard in Wildcard}
    parts = (signs.get(part, part) for part in re.split(r"([*?])", text) if part)
    return Glob(parts=tuple(parts))


def fold(text: str) -> str:
    """Lower case, character by character, so that every store can do the same.

    `str.lower` looks at neighbours and may make two characters of one; databases do neither.
    """
    if text.isascii():
        return text.lower()
    return "".join(character.lower()[0] for character in text)


@lru_cache(maxsize=256)
def _whole(glob: Glob) -> re.Pattern[str]:
    return _compile(glob.parts)


@lru_cache(maxsize=256)
def _anywhere(glob: Glob) -> re.Pattern[str]:
    folded = [fold(part) if isinstance(part, str) else part for part in glob.parts]
    return _compile((Wildcard.ANY, *folded, Wildcard.ANY))


def _compile(parts: tuple[str | Wildcard, ...]) -> re.Pattern[str]:
    """A regular expression whose cost is at most the product of both lengths.

    What lies between two `*` is matched at its first place and never tried elsewhere, which is
    enough: if the rest fits behind a later place, it fits behind the first too.
    """
    segments = [""]
    for part in parts:
        if part is Wildcard.ANY:
            segments.append("")
        else:
            segments[-1] += "." if isinstance(part, Wildcard) else re.escape(part)
    head, *middle = segments
    if not middle:
        return re.compile(head, re.DOTALL)
    tail = middle.pop()
    atoms = "".join(f"(?>.*?{segment})" for segment in middle if segment)
    return re.compile(f"{head}{atoms}.*{tail}", re.DOTALL)
