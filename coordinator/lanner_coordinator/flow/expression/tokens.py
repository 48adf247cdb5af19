"""The pieces a template is made of."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    VERBATIM = "verbatim text"
    PRINT_START = "{{"
    PRINT_END = "}}"
    TAG_START = "{%"
    TAG_END = "%}"
    NAME = "name"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    INTEGER = "whole number"
    DECIMAL = "number"
    STRING = "text in quotes"
    STRING_START = "start of a text"
    STRING_END = "end of a text"
    INTERPOLATION_START = "#{"
    INTERPOLATION_END = "}"
    END = "end of the text"


class Token(NamedTuple):
    """One piece of a template."""

    kind: Kind
    """What it is."""
    value: str
    """Its text; of a string, what it stands for."""
    offset: int
    """Where it starts in the template, counted from 0."""
    length: int
    """How many characters of the template it covers."""

    def describe(self) -> str:
        """Return the words an error message uses for the token."""
        if self.kind in (Kind.END, Kind.TEXT):
            return str(self.kind.value)
        if self.kind is Kind.STRING:
            return f"the text '{self.value[:30]}'"
        return f"`{self.value[:30]}`"
