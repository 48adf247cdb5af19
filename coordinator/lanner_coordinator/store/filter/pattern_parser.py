"""Reads a regular expression; refuses what is not a part of RE2's language with one meaning."""

from __future__ import annotations

import re
import string

from lanner_coordinator.store.filter.pattern_tree import (
    Characters,
    Choice,
    Node,
    PatternSyntaxError,
    Place,
    Repeat,
    Sequence,
)

__all__ = ["PatternSyntaxError", "parse"]

MAX_DEPTH = 20
"""Groups inside each other."""
MAX_TIMES = 100
"""Bound of a counted repetition."""

_DIGITS = Characters(ranges=((0x30, 0x39),))
_WORD = Characters(ranges=((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)))
_SPACES = Characters(ranges=((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)))
_CLASSES = {
    "d": _DIGITS,
    "D": _DIGITS.inverted(),
    "w": _WORD,
    "W": _WORD.inverted(),
    "s": _SPACES,
    "S": _SPACES.inverted(),
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_PLACES = {"b": Place.WORD_EDGE, "B": Place.NO_WORD_EDGE}
_ANY = Characters(ranges=((0x0A, 0x0A),)).inverted()
_TIMES = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_COUNTED = re.compile(r"\{(\d{1,3})(?:(,)(\d{1,3})?)?\}", re.ASCII)


def parse(text: str) -> Node:
    """The tree of a whole regular expression.

    Raises:
        PatternSyntaxError: What cannot be read, as the end of a sentence.
    """
    reader = _Reader(text)
    node = reader.choice(depth=0)
    if reader.peek():
        raise PatternSyntaxError('a ")" has no "("')
    return node


class _Reader:
    """The text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        """The next character; empty at the end."""
        return self._text[self._at : self._at + 1]

    def choice(self, depth: int) -> Node:
        """Read sequences with `|` between them."""
        if depth > MAX_DEPTH:
            raise PatternSyntaxError(f"more than {MAX_DEPTH} groups are inside each other")
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(options=tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.peek() and self.peek() not in "|)":
            parts.append(self._repeated(self._atom(depth)))
        return Sequence(parts=tuple(parts))

    def _repeated(self, part: Node) -> Node:
        """The part, as often as what follows it says."""
        times = self._times()
        if times is None:
            return part
        if isinstance(part, Place):
            raise PatternSyntaxError(f'"{part.value}" cannot be repeated')
        # A lazy repetition finds other borders but not other texts.
        self._take("?")
        if self._times() is not None:
            raise PatternSyntaxError("a repetition is repeated: put the first one in ( )")
        return Repeat(part=part, at_least=times[0], at_most=times[1])

    def _times(self) -> tuple[int, int | None] | None:
        """Read how often; absent: nothing is said about it."""
        character = self.peek()
        if character and character in _TIMES:
            self._at += 1
            return _TIMES[character]
        if character != "{":
            return None
        counted = _COUNTED.match(self._text, self._at)
        if counted is None:
            raise PatternSyntaxError('a "{" does not start a repetition such as {2,5}: write \\{')
        self._at = counted.end()
        at_least = int(counted[1])
        at_most = int(counted[3]) if counted[3] else None if counted[2] else at_least
        largest = at_least if at_most is None else at_most
        if max(at_least, largest) > MAX_TIMES or largest < at_least:
            raise PatternSyntaxError(f"{counted[0]} is not a repetition of 0 to {MAX_TIMES} times")
        return at_least, at_most

    def _atom(self, depth: int) -> Node:
        character = self._next()
        match character:
            case ".":
                return _ANY
            case "^":
                return Place.START
            case "$":
                return Place.END
            case "(":
                return self._group(depth)
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case "*" | "+" | "?" | "{":
                raise PatternSyntaxError(f'"{character}" has nothing before it to repeat')
            case _:
                return _one(character)

    def _group(self, depth: int) -> Node:
        if self._take("?") and not self._take(":"):
            raise PatternSyntaxError('"(?" is followed by something other than ":"')
        node = self.choice(depth + 1)
        if not self._take(")"):
            raise PatternSyntaxError('a "(" is not closed')
        return node

    def _escape(self) -> Node:
        character = self.peek()
        if character and character in _PLACES:
            self._at += 1
            return _PLACES[character]
        return self._escaped_characters()

    def _escaped_characters(self) -> Characters:
        """What follows a backslash, where a set of characters may stand."""
        character = self._next()
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _CONTROLS:
            return _one(_CONTROLS[character])
        if character and character in string.punctuation:
            return _one(character)
        raise PatternSyntaxError(f'"\\{character}" is not known')

    def _class(self) -> Characters:
        """Read what follows `[`."""
        is_inverted = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            ranges.extend(self._class_item(is_first=not ranges))
        if not ranges:
            raise PatternSyntaxError('"[]" is empty: write \\] for a bracket')
        characters = Characters(ranges=tuple(ranges))
        return characters.inverted() if is_inverted else characters

    def _class_item(self, *, is_first: bool) -> tuple[tuple[int, int], ...]:
        """One character, class or range inside of `[ ]`."""
        if self.peek() == "-" and not is_first and self._text[self._at + 1 : self._at + 2] != "]":
            raise PatternSyntaxError('a "-" in [ ] is neither in a range nor at an end: write \\-')
        first = self._class_characters()
        if self.peek() != "-" or self._text[self._at + 1 : self._at + 2] == "]":
            return first.ranges
        self._at += 1
        last = self._class_characters()
        if not (_is_one(first) and _is_one(last)) or last.ranges < first.ranges:
            raise PatternSyntaxError("a range in [ ] does not go from one character up to another")
        return ((first.ranges[0][0], last.ranges[0][1]),)

    def _class_characters(self) -> Characters:
        character = self._next()
        if character == "\\":
            return self._escaped_characters()
        if not character:
            raise PatternSyntaxError('a "[" is not closed')
        if character == "[":
            raise PatternSyntaxError('a "[" stands in [ ]: write \\[')
        return _one(character)

    def _next(self) -> str:
        """Go over the next character; empty at the end."""
        character = self.peek()
        self._at += 1
        return character

    def _take(self, character: str) -> bool:
        """Go over the next character if it is this one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True


def _one(character: str) -> Characters:
    return Characters(ranges=((ord(character), ord(character)),))


def _is_one(characters: Characters) -> bool:
    return len(characters.ranges) == 1 and characters.ranges[0][0] == characters.ranges[0][1]
