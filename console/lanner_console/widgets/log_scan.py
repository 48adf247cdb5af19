"""Finds the lines of a log that fulfil a criterion, a slice at a time, and keeps up as it grows."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from lanner_console.widgets.log_spool import LogSpool

SLICE_LINES = 50_000
"""About 5 ms of work: between two slices the console answers keys."""
SPECIAL = r".^$*+?{}[]\|()"


def text_pattern(text: str) -> re.Pattern[str]:
    """Read what a person typed as a regular expression or, where it is none, to the letter.

    Upper and lower case are alike unless there is an upper case letter in it.
    """
    flags = re.NOFLAG if any(character.isupper() for character in text) else re.IGNORECASE
    try:
        return re.compile(text, flags)
    except re.error:
        return re.compile(re.escape(text), flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCriterion:
    """Which lines are meant; all of it must hold."""

    min_level: int = 0
    """Lines of this level and above; 0: all."""
    text: str = ""
    """Pattern in the text, as `text_pattern` reads it; empty: any text."""
    source_id: str | None = None
    """Lines of this task run only; None: of all."""

    @property
    def is_open(self) -> bool:
        """Every line fulfils it."""
        return not self.min_level and not self.text and self.source_id is None


class LineScan:
    """The numbers of the lines that fulfil a criterion, as far as they have been looked at."""

    def __init__(self, spool: LogSpool, criterion: LineCriterion) -> None:
        self.criterion = criterion
        self.numbers = array("I")
        self.scanned_count = 0
        """Lines looked at so far."""
        self._spool = spool
        # A plain text is found ten times faster in lower case than by ignoring the case.
        self._is_lowered = criterion.text == criterion.text.lower() and _is_plain(criterion.text)
        self._pattern = _in_bytes(criterion.text, self._is_lowered) if criterion.text else None

    @property
    def is_complete(self) -> bool:
        """No line is left to look at."""
        return self.scanned_count == len(self._spool)

    def advance(self) -> None:
        """Look at the next slice."""
        first = self.scanned_count
        end = min(first + SLICE_LINES, len(self._spool))
        self.numbers.extend(self._matching(first, end))
        self.scanned_count = end

    def at_or_after(self, number: int) -> int:
        """Give the place in `numbers` of the first one that is not below `number`."""
        return bisect_left(self.numbers, number)

    def _matching(self, first: int, end: int) -> Iterator[int]:
        candidates = self._with_text(first, end) if self._pattern else range(first, end)
        levels, criterion = self._spool.levels, self.criterion
        for number in candidates:
            if levels[number] < criterion.min_level:
                continue
            if criterion.source_id in (None, self._spool.source_id(number)):
                yield number

    def _with_text(self, first: int, end: int) -> Iterator[int]:
        if self._pattern is None:
            return
        block, position = self._spool.block(first, end), 0
        block = block.lower() if self._is_lowered else block
        while (hit := self._pattern.search(block, position)) is not None:
            number = self._spool.number_at(first, hit.start())
            if number >= end:
                return
            yield number
            position = self._spool.position_after(first, number)


def _is_plain(text: str) -> bool:
    return not set(text) & set(SPECIAL)


def _in_bytes(text: str, is_lowered: bool) -> re.Pattern[bytes]:
    if is_lowered:
        return re.compile(re.escape(text.encode()))
    pattern = text_pattern(text)
    return re.compile(pattern.pattern.encode(), (pattern.flags & re.IGNORECASE) | re.MULTILINE)
