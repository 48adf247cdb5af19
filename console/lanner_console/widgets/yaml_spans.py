"""YAML in colour: enough of its grammar to tell keys, texts, comments and expressions apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lanner_console.tones import Tone
from lanner_console.widgets.line_area import Span

_LINE = re.compile(
    r"(?P<before>\s*(?:-\s+)*)(?P<key>[\w.$/\"'-]+(?=:(?:\s|$)))?(?P<rest>.*)", re.DOTALL
)
_PIECES = re.compile(
    r"(?P<comment>(?:^|(?<=\s))#.*)"
    r"|(?P<expression>\{\{.*?\}\}|\{%.*?%\})"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'[^']*')"
    r"|(?P<literal>(?<=[\s\[,])(?:true|false|null|~|-?\d[\d.]*)(?=\s*(?:$|[,\]#])))"
)
_TONES = {
    "comment": Tone.DIM,
    "expression": Tone.HOLD,
    "text": Tone.GOOD,
    "literal": Tone.WARN,
}


def yaml_spans(line: str) -> Iterator[Span]:
    """Split a line of YAML, that holds no control characters, by what its parts are.

    Each line is looked at alone, so texts over several lines are not told as such.
    """
    parts = _LINE.match(line)
    if parts is None:
        yield Span(line)
        return
    if parts["before"]:
        yield Span(parts["before"], Tone.DIM)
    if parts["key"]:
        yield Span(parts["key"], Tone.KEY)
    yield from _value_spans(parts["rest"])


def _value_spans(value: str) -> Iterator[Span]:
    position = 0
    for piece in _PIECES.finditer(value):
        if piece.start() > position:
            yield Span(value[position : piece.start()])
        yield Span(piece[0], _TONES[str(piece.lastgroup)])
        position = piece.end()
    if position < len(value):
        yield Span(value[position:])
