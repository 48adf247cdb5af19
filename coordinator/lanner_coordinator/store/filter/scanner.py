"""Cuts the text of a filter into terms; knows quotes and columns, but no keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lanner_coordinator.store.filter.errors import FilterError
from lanner_coordinator.store.filter.glob import Glob, Wildcard

MAX_LENGTH = 4_096
"""Characters of a filter; people write fewer, and every term costs on each execution."""

_OPERATOR_STARTS = ":<>~"
_KEY_ENDS = frozenset(_OPERATOR_STARTS + ',"')
_QUOTED_PAIRS = {'\\"': '"', "\\\\": "\\\\"}
_WILDCARDS = {wildcard.value: wildcard for wildcard in Wildcard}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of the alternatives of a term.

    Attributes:
        glob: With wildcards where `*` and `?` stood outside of quotes.
        column: Where it starts, from 1.
    """

    glob: Glob
    column: int

    @property
    def text(self) -> str:
        """What was written, without quotes."""
        return self.glob.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term, such as `-label.env:prod,test`.

    Attributes:
        is_negated: It had a leading `-`.
        key: As written; empty: a bare word.
        operator: `:`, `~`, `<`, `<=`, `>` or `>=`; empty: a bare word.
        values: The alternatives; at least one.
        column: Where the key starts, or the word; from 1.
    """

    is_negated: bool
    key: str
    operator: str
    values: tuple[Value, ...]
    column: int


def scan(text: str) -> Iterator[Term]:
    """All terms, in order.

    Raises:
        FilterError: A quote is open, a value is missing, or the text is too long.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"the filter is longer than {MAX_LENGTH:,} characters", MAX_LENGTH + 1)
    scanner = _Scanner(text)
    while scanner.skip_spaces():
        yield scanner.term()


class _Scanner:
    """The text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def skip_spaces(self) -> bool:
        """Go to the next term; false: there is none."""
        while self._peek().isspace():
            self._at += 1
        return self._at < len(self._text)

    def term(self) -> Term:
        """Read one term."""
        is_negated = self._take("-")
        column = self._at + 1
        key, operator = self._key_and_operator()
        # A regular expression is one value: a comma in it is its own.
        values = [self._value(stop="" if operator == "~" else ",")]
        while self._take(","):
            values.append(self._value(stop=","))
        return Term(
            is_negated=is_negated, key=key, operator=operator, values=tuple(values), column=column
        )

    def _key_and_operator(self) -> tuple[str, str]:
        """Both, or two empty texts where a bare word stands."""
        start = self._at
        while self._at < len(self._text) and not self._ends_key():
            self._at += 1
        key = self._text[start : self._at]
        operator = self._peek()
        if not operator or operator not in _OPERATOR_STARTS:
            self._at = start
            return "", ""
        if not key:
            raise FilterError(f'a key is missing before "{operator}"', start + 1)
        self._at += 1
        if operator in "<>" and self._take("="):
            operator += "="
        return key, operator

    def _ends_key(self) -> bool:
        character = self._peek()
        return character.isspace() or character in _KEY_ENDS

    def _value(self, stop: str) -> Value:
        """Read up to a space or `stop`; quoted parts hide both, and wildcards."""
        start = self._at
        parts: list[str | Wildcard] = []
        is_quoted = False
        while (character := self._peek()) and not character.isspace() and character not in stop:
            if character == '"':
                is_quoted = True
                parts.append(self._quoted())
            else:
                self._at += 1
                parts.append(_WILDCARDS.get(character, character))
        if not parts and not is_quoted:
            raise FilterError("a value is missing", start + 1)
        return Value(glob=Glob(parts=_merged(parts)), column=start + 1)

    def _quoted(self) -> str:
        r"""Read a quoted part, in which `\"` is a quote.

        All other backslashes stand for themselves, so that patterns keep theirs; after two of them
        a quote is the end.
        """
        start = self._at
        self._at += 1
        characters: list[str] = []
        while (character := self._peek()) != '"':
            if not character:
                raise FilterError("the quote is not closed", start + 1)
            pair = self._text[self._at : self._at + 2]
            is_escape = pair in _QUOTED_PAIRS
            characters.append(_QUOTED_PAIRS[pair] if is_escape else character)
            self._at += 2 if is_escape else 1
        self._at += 1
        return "".join(characters)

    def _peek(self) -> str:
        """The next character; empty at the end."""
        return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> bool:
        """Go over the next character if it is this one."""
        if self._peek() != character:
            return False
        self._at += 1
        return True


def _merged(parts: list[str | Wildcard]) -> tuple[str | Wildcard, ...]:
    """With neighbouring literals made one, without empty ones and repeated `*`."""
    merged: list[str | Wildcard] = []
    for part in parts:
        previous = merged[-1] if merged else None
        if isinstance(part, str):
            if isinstance(previous, str):
                merged[-1] = previous + part
            elif part:
                merged.append(part)
        elif part is not Wildcard.ANY or previous is not Wildcard.ANY:
            merged.append(part)
    return tuple(merged)
