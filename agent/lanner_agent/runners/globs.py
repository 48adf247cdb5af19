"""Kestra's file patterns: `*` and `?` within a folder, `**` across folders, `[…]` and `{a,b}`."""

from __future__ import annotations

import re
from collections.abc import Sequence

WILDCARDS = frozenset("*?[{")


class FilePatterns:
    """Several patterns, each for a relative path with `/` between its parts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_normal(pattern) for pattern in patterns]
        self._expressions = [re.compile(_expression(pattern)) for pattern in self._patterns]

    def matches(self, path: str) -> bool:
        """Whether one of the patterns fits the whole `path`."""
        return any(expression.fullmatch(path) for expression in self._expressions)

    @property
    def fixed_prefixes(self) -> list[str]:
        """Files and folders that all matching files are, or are in.

        Sorted, none inside another; `""` is the root of it all.
        """
        prefixes = sorted({_fixed_prefix(pattern) for pattern in self._patterns})
        if "" in prefixes:
            return [""]
        return [
            prefix
            for prefix in prefixes
            if not any(prefix.startswith(f"{other}/") for other in prefixes)
        ]


def _normal(pattern: str) -> str:
    return pattern.removeprefix("glob:").removeprefix("./")


def _fixed_prefix(pattern: str) -> str:
    parts = pattern.split("/")
    fixed = 0
    while fixed < len(parts) and not WILDCARDS.intersection(parts[fixed]):
        fixed += 1
    return "/".join(parts[:fixed])


def _expression(pattern: str) -> str:
    written: list[str] = []
    position = depth = 0
    while position < len(pattern):
        piece, length, opened = _piece(pattern, position, depth)
        written.append(piece)
        position += length
        depth += opened
    return "".join(written) + ")" * depth


def _piece(pattern: str, at: int, depth: int) -> tuple[str, int, int]:
    """Expression of what stands at a place, its length there, and groups opened or closed."""
    if pattern.startswith("**/", at):
        return "(?:.*/)?", 3, 0
    if pattern.startswith("**", at):
        return ".*", 2, 0
    simple = {"*": "[^/]*", "?": "[^/]"}.get(pattern[at])
    if simple:
        return simple, 1, 0
    if pattern[at] == "[" and (end := pattern.find("]", at + 2)) > 0:
        return _character_class(pattern[at + 1 : end]), end + 1 - at, 0
    return _group_or_text(pattern[at], depth)


def _character_class(inside: str) -> str:
    negated = inside[0] in "!^"
    members = inside[1:] if negated else inside
    return f"[{'^/' if negated else ''}{members.replace(chr(92), chr(92) * 2)}]"


def _group_or_text(character: str, depth: int) -> tuple[str, int, int]:
    if character == "{":
        return "(?:", 1, 1
    if depth and character == "}":
        return ")", 1, -1
    if depth and character == ",":
        return "|", 1, 0
    return re.escape(character), 1, 0
