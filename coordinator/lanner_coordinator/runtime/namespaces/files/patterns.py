"""File patterns as Kestra has them: those of Java, and what it adds to the start of one.

`*` and `?` stay within a folder, `**` does not; `[a-z]` and `{a,b}`. A pattern that starts with a
letter or digit fits at any depth. `regex:` makes it a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from lanner_coordinator.store.filter.errors import FilterError
from lanner_coordinator.store.filter.pattern import compile_pattern

Test = Callable[[str], bool]

_GLOB = "glob:"
_REGEX = "regex:"
_SPECIAL = frozenset("\\.[]{}()*+?^$|")
_EASY_WILDCARDS = 2
"""More of them in one pattern, and Python's search could take ages."""


def path_test(include: Sequence[str], exclude: Sequence[str] = ()) -> Test:
    """Tells whether a path (without a leading slash) is chosen; without `include` all are.

    Raises:
        ValueError: A pattern cannot be read; a sentence.
    """
    chosen, refused = _any_of(include), _any_of(exclude)

    def test(path: str) -> bool:
        rooted = f"/{path}"
        return (not include or chosen(rooted)) and not refused(rooted)

    return test


def _any_of(patterns: Iterable[str]) -> Test:
    tests = [_test_of(pattern) for pattern in patterns]
    return lambda path: any(test(path) for test in tests)


def _test_of(pattern: str) -> Test:
    if pattern.startswith(_REGEX):
        return _bounded(pattern.removeprefix(_REGEX), pattern)
    glob = pattern.removeprefix(_GLOB)
    if glob == pattern and re.match(r"\w", pattern):
        glob = f"**/{pattern}"
    expression = _expression(glob)
    if glob.count("*") - glob.count("**") > _EASY_WILDCARDS:
        return _bounded(expression, pattern)
    try:
        compiled = re.compile(expression, re.DOTALL)
    except re.error as error:
        raise ValueError(f"the file pattern `{pattern}` cannot be read: {error}") from error
    return lambda path: compiled.fullmatch(path) is not None


def _bounded(expression: str, pattern: str) -> Test:
    try:
        machine = compile_pattern(f"^({expression})$", 0)
    except FilterError as error:
        raise ValueError(f"the file pattern `{pattern}` cannot be read: {error}") from error
    return machine.occurs_in


def _expression(glob: str) -> str:
    written: list[str] = []
    position = depth = 0
    while position < len(glob):
        piece, length, opened = _piece(glob, position, depth)
        written.append(piece)
        position += length
        depth += opened
    return "".join(written) + ")" * depth


def _piece(glob: str, at: int, depth: int) -> tuple[str, int, int]:
    """Expression of what stands at a place, its length there, and groups opened or closed."""
    if glob.startswith("**", at):
        return ".*", 2, 0
    character = glob[at]
    simple = {"*": "[^/]*", "?": "[^/]"}.get(character)
    if simple:
        return simple, 1, 0
    if character == "[" and (end := glob.find("]", at + 2)) > 0:
        return _character_class(glob[at + 1 : end]), end + 1 - at, 0
    if character == "\\" and at + 1 < len(glob):
        return _literal(glob[at + 1]), 2, 0
    if character == "{":
        return "(", 1, 1
    if depth and character in "},":
        return (")", 1, -1) if character == "}" else ("|", 1, 0)
    return _literal(character), 1, 0


def _character_class(inside: str) -> str:
    negated = inside[0] in "!^"
    members = inside[1:] if negated else inside
    escaped = "".join(f"\\{one}" if one in "\\[]^" else one for one in members)
    return f"[{'^/' if negated else ''}{escaped}]"


def _literal(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL else character
