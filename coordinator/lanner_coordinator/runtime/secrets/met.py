"""Secrets that an execution came across: what comes from elsewhere is looked through for them.

A file, a log line or an output of an agent may have a secret in it that nobody gave to its own
task, as where one task writes a file and another one reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lanner_coordinator.runtime.masking import forms
from lanner_coordinator.runtime.variables import SECRET_MASK

SHORTEST = 4
"""A shorter secret would be found in any text."""

MOST = 1_000
"""Secrets that are remembered; more of them are made by a loop."""


class MetSecrets:
    """The secrets of one execution since the coordinator's start. The repr says how many."""

    __slots__ = ("_pattern", "_texts")

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def __repr__(self) -> str:
        return f"<{len(self._texts)} secrets>"

    def __bool__(self) -> bool:
        return bool(self._texts)

    def add(self, secrets: Iterable[str]) -> None:
        """Remember secrets."""
        for secret in secrets:
            if len(secret) < SHORTEST or secret in self._texts or len(self._texts) >= MOST:
                continue
            self._texts.add(secret)
            self._pattern = None

    def found_in(self, text: str) -> list[str]:
        """Those that a text has in it."""
        return [secret for secret in self._texts if secret in text]

    def all(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._texts)

    def mask(self, text: str) -> str:
        """A text without them."""
        if not self._texts:
            return text
        if self._pattern is None:
            found = {form for secret in self._texts for form in forms(secret)}
            in_order = sorted(found, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, in_order)))
        return self._pattern.sub(SECRET_MASK, text)
