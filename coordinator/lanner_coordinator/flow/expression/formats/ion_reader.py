"""Reads Amazon Ion text: the values, without annotations and symbol tables."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java.date_parse import parse_iso

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.S)
_LONG_STRING = re.compile(r"'''((?:[^'\\]|\\.|'(?!''))*)'''", re.S)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_QUOTED_SYMBOL = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S)
_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_TIMESTAMP = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?T[0-9:.+\-Z]*|\d{4}-\d\d-\d\d")
_NUMBER = re.compile(
    r"[+-]?(?:inf|0[xX][0-9A-Fa-f_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eEdD][+-]?\d+)?)"
)
_NULL = re.compile(r"null(?:\.[a-z]+)?(?![A-Za-z0-9_$])")
_BLOB = re.compile(r"\{\{\s*([A-Za-z0-9+/=\s]*)\}\}")
_CLOB = re.compile(r'\{\{\s*"((?:[^"\\]|\\.)*)"\s*\}\}', re.S)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(\r\n|.))", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WORDS = {"true": True, "false": False, "nan": math.nan}
_LONGEST_NUMBER = 1_000


def read_ion(text: str, budget: Budget) -> Iterator[object]:
    """Read the values of an Ion text one after another.

    Raises:
        ExpressionValueError: The text is no Ion.
    """
    reader = _Reader(text, budget)
    while not reader.at_end():
        yield reader.value(0)


class _Reader:
    def __init__(self, text: str, budget: Budget) -> None:
        self.text = text
        self.position = 0
        self.budget = budget

    def at_end(self) -> bool:
        self.position = self._space()
        return self.position >= len(self.text)

    def _space(self) -> int:
        found = _SPACE.match(self.text, self.position)
        return found.end() if found else self.position

    def _fail(self, message: str) -> ExpressionValueError:
        return ExpressionValueError(f"Invalid ion: {message} at character {self.position + 1}")

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def _take(self, literal: str) -> bool:
        self.position = self._space()
        if self.text.startswith(literal, self.position):
            self.position += len(literal)
            return True
        return False

    def value(self, depth: int) -> object:
        self.budget.spend()
        self.budget.check_depth(depth)
        self._annotations()
        for opening, read in (("{{", self._lob), ("{", self._struct), ("[", self._list)):
            if self.text.startswith(opening, self.position):
                return read(depth)
        if self.text.startswith("(", self.position):
            return self._items(depth, "(", ")", comma=False)
        return self._scalar()

    def _annotations(self) -> None:
        """Skip `symbol::` in front of a value."""
        while True:
            self.position = start = self._space()
            found = self._match(_QUOTED_SYMBOL) or self._match(_SYMBOL)
            if found is None or not self._take("::"):
                self.position = start
                return

    def _scalar(self) -> object:
        if self.text.startswith("'''", self.position):
            return self._long_string()
        found = self._match(_STRING) or self._match(_QUOTED_SYMBOL)
        if found is not None:
            return _unescape(found.group(1))
        found = self._match(_TIMESTAMP)
        if found is not None:
            return self._timestamp(found.group())
        found = self._match(_NUMBER)
        if found is not None:
            return self._number(found.group())
        if self._match(_NULL):
            return None
        found = self._match(_SYMBOL)
        if found is None:
            raise self._fail("expected a value")
        return _WORDS.get(found.group(), found.group())

    def _long_string(self) -> str:
        parts = []
        while self.text.startswith("'''", self.position):
            found = self._match(_LONG_STRING)
            if found is None:
                raise self._fail("unclosed text")
            parts.append(_unescape(found.group(1)))
            self.position = self._space()
        return "".join(parts)

    def _timestamp(self, text: str) -> object:
        parts = text.rstrip("T").split("-") if "T" not in text.rstrip("T") else []
        if parts and len(parts) < 3:
            text = "-".join([*parts, "01", "01"][:3])
        return parse_iso(text.rstrip("T"))

    def _number(self, text: str) -> object:
        digits = text.replace("_", "")
        if len(digits) > _LONGEST_NUMBER:
            raise self._fail("a number is too long")
        if digits.endswith("inf"):
            return -math.inf if digits.startswith("-") else math.inf
        lowered = digits.lower()
        try:
            if lowered.lstrip("+-").startswith(("0x", "0b")):
                return int(lowered, 0)
            if "e" in lowered:
                return float(lowered)
            if "d" in lowered or "." in lowered:
                return Decimal(lowered.replace("d", "e"))
            return int(lowered)
        except (ValueError, InvalidOperation) as error:
            raise self._fail(f"'{digits[:40]}' is no number") from error

    def _lob(self, depth: int) -> object:
        found = self._match(_CLOB)
        if found is not None:
            return _unescape(found.group(1))
        found = self._match(_BLOB)
        if found is None:
            raise self._fail("malformed binary value")
        try:
            base64.b64decode("".join(found.group(1).split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self._fail("malformed binary value") from error
        return "".join(found.group(1).split())

    def _list(self, depth: int) -> list[object]:
        return self._items(depth, "[", "]", comma=True)

    def _items(self, depth: int, opening: str, closing: str, *, comma: bool) -> list[object]:
        self._take(opening)
        items: list[object] = []
        while not self._take(closing):
            if self.at_end():
                raise self._fail(f"`{closing}` is missing")
            items.append(self.value(depth + 1))
            if comma and not self._take(",") and not self.text.startswith(closing, self._space()):
                raise self._fail("expected `,`")
        return items

    def _struct(self, depth: int) -> dict[str, object]:
        self._take("{")
        fields: dict[str, object] = {}
        while not self._take("}"):
            if self.at_end():
                raise self._fail("`}` is missing")
            name = self._field_name()
            if not self._take(":"):
                raise self._fail("expected `:`")
            fields[name] = self.value(depth + 1)
            if not self._take(",") and not self.text.startswith("}", self._space()):
                raise self._fail("expected `,`")
        return fields

    def _field_name(self) -> str:
        if self.text.startswith("'''", self.position):
            return self._long_string()
        found = self._match(_STRING) or self._match(_QUOTED_SYMBOL)
        if found is not None:
            return _unescape(found.group(1))
        found = self._match(_SYMBOL)
        if found is None:
            raise self._fail("expected the name of a field")
        return found.group()


def _unescape(text: str) -> str:
    def replacement(found: re.Match[str]) -> str:
        code = found.group(1) or found.group(2) or found.group(3)
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else "\ufffd"
        escaped = found.group(4)
        return "" if escaped in ("\n", "\r\n") else _ESCAPED.get(escaped, escaped)

    return _ESCAPE.sub(replacement, text) if "\\" in text else text
