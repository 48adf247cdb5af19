"""Hides secrets in what people get to see: logs and errors.

A text is hidden as it is, in capital and in small letters, as a part of JSON, URL-encoded, in
base64 at any alignment, in hexadecimal digits, and line by line.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "********"

# Shorter pieces of a secret would hide ordinary text: braces, words, single letters.
MIN_LINE_LENGTH = 4
MIN_BASE64_LENGTH = 8
MIN_HEXADECIMAL_LENGTH = 8


class Masker:
    """Hides a growing set of texts."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._variants: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._longest = 0
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these texts from now on; empty ones are left out."""
        found = {variant for secret in secrets for variant in _variants(secret)}
        if not found <= self._variants:
            self._variants |= found
            self._longest = max(map(len, self._variants))
            # Longest first: a secret that contains another one is hidden whole.
            in_order = sorted(self._variants, key=lambda variant: (-len(variant), variant))
            self._pattern = re.compile("|".join(map(re.escape, in_order)))

    @property
    def hides_anything(self) -> bool:
        """Whether there is anything to hide."""
        return self._pattern is not None

    def mask(self, text: str) -> str:
        """The text with `********` for every secret in it."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def settled_length(self, text: str) -> int:
        """How much of a text's start cannot be part of a secret that only ends in what follows."""
        if self._pattern is None:
            return len(text)
        settled = max(0, len(text) - self._longest + 1)
        for match in self._pattern.finditer(text):
            if match.start() < settled < match.end():
                return match.start()
        return settled


def _variants(secret: str) -> Iterator[str]:
    whole = secret.strip()
    if not whole:
        return
    pieces = [whole]
    if "\n" in whole or "\r" in whole:
        lines = (line.strip() for line in whole.splitlines())
        pieces += [line for line in lines if len(line) >= MIN_LINE_LENGTH]
    for piece in pieces:
        yield from (piece, piece.upper(), piece.lower())
        yield from (quote(piece, safe=""), quote(piece), quote_plus(piece))
        yield from (json.dumps(piece, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
        yield from _hexadecimal(piece.encode())
        yield from _base64(piece.encode())
    yield from _base64(secret.encode())


def _hexadecimal(secret: bytes) -> Iterator[str]:
    if 2 * len(secret) >= MIN_HEXADECIMAL_LENGTH:
        yield secret.hex()
        yield secret.hex().upper()


def _base64(secret: bytes) -> Iterator[str]:
    """Encodings of the text alone and in the midst of others, which shift it by up to two bytes."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            encoded = encode(b"\0" * shift + secret).decode()
            # Characters at both ends depend on the neighbours.
            first = (0, 2, 3)[shift]
            tail = (len(secret) + shift) % 3
            last = len(encoded) - (0, 3, 2)[tail]
            inner = encoded[first:last]
            if len(inner) >= MIN_BASE64_LENGTH:
                yield inner
        alone = encode(secret).decode()
        if len(alone) >= MIN_BASE64_LENGTH:
            yield alone
