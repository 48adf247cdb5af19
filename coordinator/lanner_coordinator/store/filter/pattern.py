"""Regular expressions whose cost is bounded: text length times pattern size, whatever is written.

Python's `re` can take hours over a short hostile pattern, and a filter comes from anybody who may
look at a list. The language here is a part of RE2's, read the same way, so that a store can hand
the text of a pattern to a database that has RE2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lanner_coordinator.store.filter.errors import FilterError
from lanner_coordinator.store.filter.pattern_machine import Machine, assemble
from lanner_coordinator.store.filter.pattern_parser import PatternSyntaxError, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression that has been checked; `compile_pattern` makes it.

    Attributes:
        text: As written; also valid RE2 with the same meaning.
    """

    text: str

    def occurs_in(self, text: str) -> bool:
        """Whether some part of `text` matches."""
        return _machine(self.text).occurs_in(text)


def compile_pattern(text: str, column: int) -> Pattern:
    r"""Check a regular expression.

    Args:
        text: `.`, `[a-z]`, `(a|b)`, `* + ? {2,5}`, `^ $ \b \d \w \s` and literals.
        column: Where it stands, for the error.

    Raises:
        FilterError: It is wrong, too large, or uses what a bounded search cannot do.
    """
    try:
        _machine(text)
    except PatternSyntaxError as cause:
        raise FilterError(f'the pattern "{text}" cannot be read: {cause}', column) from cause
    return Pattern(text=text)


@lru_cache(maxsize=128)
def _machine(text: str) -> Machine:
    return assemble(parse(text))
