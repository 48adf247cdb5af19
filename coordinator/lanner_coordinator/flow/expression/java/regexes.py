"""Regular expressions as Java writes them, with a limit on their time."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import Any

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import (
    ExpressionError,
    ExpressionLimitError,
    ExpressionValueError,
)
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS

_ENGINE: Any = importlib.import_module("regex")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.S)
_SPECIAL = re.compile(r"[.$|()\[{^?*+\\]")
_REFERENCE = re.compile(r"\\(.)|\$(?:\{([A-Za-z][A-Za-z0-9]*)\}|(\d+))|(\$|\\$)", re.S)


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Any:
    translated = _QUOTED.sub(lambda found: re.escape(found.group(1)), pattern)
    translated = translated.replace(r"\z", r"\Z").replace(r"\Z\Z", r"\Z")
    try:
        return _ENGINE.compile(translated, _ENGINE.VERSION1)
    except (_ENGINE.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        shown = pattern[:100]
        raise ExpressionValueError(f"Invalid regular expression '{shown}': {error}") from error


def complaint_about_regular_expression(text: str) -> str:
    """Return what is wrong with a regular expression of Java; nothing if it is one."""
    try:
        Regex(text, Budget(DEFAULT_LIMITS))
    except ExpressionError as error:
        return error.message
    return ""


class Regex:
    """A compiled regular expression that may use the time of one rendering.

    Args:
        pattern: The expression in Java's syntax.
        budget: What is left of the limits.
    """

    def __init__(self, pattern: str, budget: Budget) -> None:
        if len(pattern) > budget.limits.regex_characters:
            raise ExpressionLimitError(
                f"A regular expression is at most {budget.limits.regex_characters} characters long"
            )
        budget.look_at_clock()
        self._budget = budget
        self._pattern = pattern
        self._compiled = _compile(pattern)

    def _too_slow(self) -> ExpressionLimitError:
        seconds = self._budget.limits.regex_seconds
        return ExpressionLimitError(
            f"The regular expression '{self._pattern[:100]}' timed out after {seconds:g} seconds"
        )

    def search(self, text: str, group: int | str | None = None) -> str | None:
        """Return the first match, or one of its groups; None if there is none."""
        try:
            found = self._compiled.search(text, timeout=self._budget.limits.regex_seconds)
        except TimeoutError as error:
            raise self._too_slow() from error
        if found is None:
            return None
        try:
            matched: str | None = found.group(group or 0)
        except IndexError as error:
            raise ExpressionValueError(f"The expression has no group {group}") from error
        return matched

    def finds(self, text: str) -> bool:
        """Tell whether it matches anywhere in the text."""
        return self.search(text) is not None

    def replace(self, text: str, replacement: str) -> str:
        """Replace every match; `$1` and `${name}` stand for groups."""
        parts: list[str] = []
        position = characters = 0
        is_plain = "\\" not in replacement and "$" not in replacement
        for found in self.matches(text):
            parts.append(text[position : found.start()])
            parts.append(replacement if is_plain else self._expand(found, replacement))
            characters += len(parts[-1]) + len(parts[-2])
            self._budget.check_text(characters)
            position = found.end()
        parts.append(text[position:])
        return "".join(parts)

    def matches(self, text: str) -> Any:
        """Give the matches one after another, as objects of the engine."""
        matches = self._compiled.finditer(text, timeout=self._budget.limits.regex_seconds)
        while True:
            try:
                found = next(matches, None)
            except TimeoutError as error:
                raise self._too_slow() from error
            if found is None:
                return
            self._budget.spend()
            yield found

    @staticmethod
    def _expand(found: Any, replacement: str) -> str:
        def reference(part: re.Match[str]) -> str:
            escaped, name, number, dangling = part.groups()
            if dangling:
                raise ExpressionValueError("Illegal group reference in the replacement")
            if escaped is not None:
                return str(escaped)
            try:
                return str(found.group(name or int(number)) or "")
            except IndexError as error:
                raise ExpressionValueError(f"No group {name or number}") from error

        return _REFERENCE.sub(reference, replacement)

    def split(self, text: str, limit: int = 0) -> list[str]:
        """Split as `String.split` does: without empty texts at the end when `limit` is 0."""
        if not text:
            return [text]
        if not self._pattern and limit == 0:
            self._budget.check_items(len(text))
            return list(text)
        if self._pattern and not _SPECIAL.search(self._pattern):
            self._budget.check_items(text.count(self._pattern))
            parts = text.split(self._pattern, limit - 1 if limit > 0 else -1)
        else:
            parts = self._split(text, limit)
        if limit == 0 and len(parts) > 1:
            while parts and not parts[-1]:
                parts.pop()
        return parts

    def _split(self, text: str, limit: int) -> list[str]:
        parts: list[str] = []
        position = 0
        for found in self.matches(text):
            if 0 < limit <= len(parts) + 1:
                break
            if found.end() == 0 or (found.start() == found.end() == len(text)):
                continue
            parts.append(text[position : found.start()])
            position = found.end()
        parts.append(text[position:])
        return parts
