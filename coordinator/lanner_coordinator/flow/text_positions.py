"""Where a character of a text stands in the file, whatever style YAML writes the text in.

White space is what YAML styles change: they fold lines, indent blocks, escape. All other characters
stand in the source one by one and in order, so the n-th of them is the n-th there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lanner_coordinator.flow.model import Position
from lanner_coordinator.flow.nodes import ScalarNode

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.|\n)", re.DOTALL)
_SPACE_ESCAPES = frozenset("ntrN_LPvf \t\n")


def position_of(source: str, node: ScalarNode, line: int, column: int) -> Position:
    """Where in `source` the character at line and column (from 1) of the node's text stands."""
    return place_of(source, node, _offset(node.text, line, column))


def place_of(source: str, node: ScalarNode, offset: int) -> Position:
    """Where in `source` the character at an offset of the node's text stands."""
    if node.start < 0:
        return node.position
    place = offset_of(source, node, offset)
    before = source.rfind("\n", 0, place) + 1
    return Position(line=source.count("\n", 0, place) + 1, column=place - before + 1)


def offset_of(source: str, node: ScalarNode, offset: int) -> int:
    """Where in `source` the character at an offset of the node's text stands, as offset."""
    wanted = sum(1 for character in node.text[:offset] if not character.isspace())
    raw = source[node.start : node.end]
    place = node.start
    for seen, index in enumerate(_characters(raw)):
        place = node.start + index
        if seen == wanted:
            break
    return place


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _characters(raw: str) -> Iterator[int]:
    """Offsets of the characters that are no white space and no part of the notation."""
    if raw.startswith('"'):
        return _double_quoted(raw)
    if raw.startswith("'"):
        return _single_quoted(raw)
    if raw.startswith(("|", ">")):
        return _unquoted(raw, raw.find("\n") + 1)
    return _unquoted(raw, 0)


def _unquoted(raw: str, start: int) -> Iterator[int]:
    return (index for index in range(start, len(raw)) if not raw[index].isspace())


def _single_quoted(raw: str) -> Iterator[int]:
    index = 1
    while index < len(raw) - 1:
        if not raw[index].isspace():
            yield index
        index += 2 if raw[index] == "'" else 1


def _double_quoted(raw: str) -> Iterator[int]:
    index = 1
    while index < len(raw) - 1:
        escape = _ESCAPE.match(raw, index)
        if escape is None:
            if not raw[index].isspace():
                yield index
            index += 1
            continue
        if raw[index + 1] not in _SPACE_ESCAPES:
            yield index
        index = escape.end()
