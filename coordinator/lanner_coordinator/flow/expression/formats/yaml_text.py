"""Reads and writes YAML."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.printing import check_size, json_scalar_text, scalar_text
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence

_LONGEST_TEXT = 200_000
_COMPACT_NESTING = re.compile(r"(?:[-?:][ \t]+){80}")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_QUOTED_STYLES = frozenset({"'", '"', "|", ">"})
_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*")
_HEXADECIMAL = re.compile(r"[-+]?0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
)
_QUOTED_WORDS = "n N no No NO on On ON off Off OFF y Y yes Yes YES"
_RESERVED = frozenset({*_NULLS, *_BOOLEANS, *_QUOTED_WORDS.split()})
_UNPRINTABLE = (
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_PLAIN = re.compile(r"[\[\]{},]|\s#|:(?:\s|$)|^[\s&*!|>'\"%@`#?-]|\s$|" + _UNPRINTABLE)
_NOT_LITERAL = re.compile(r"^\s|" + _UNPRINTABLE)
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp")
)


def read_yaml(text: str, budget: Budget) -> object:
    """Read a YAML text with one document.

    Raises:
        ExpressionValueError: The text is no YAML.
    """
    if len(text) > _LONGEST_TEXT or _COMPACT_NESTING.search(text):
        raise ExpressionLimitError(
            f"A YAML text in an expression is at most {_LONGEST_TEXT} characters long "
            f"and {budget.limits.nesting} levels deep"
        )
    reader = _Reader(budget)
    try:
        for event in YAML(typ="safe").parse(text):
            reader.take(event)
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ExpressionValueError(f"Invalid yaml: {str(error)[:200]}") from error
    return reader.root


class _Reader:
    """Builds values out of the events of the parser, without recursion."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.root: object = None
        self.anchors: dict[str, object] = {}
        self.open: list[tuple[list[object] | dict[object, object], list[object]]] = []

    def take(self, event: Any) -> None:
        self.budget.spend()
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in _TAGS:
            raise ExpressionValueError(f"Invalid yaml: unknown tag {str(tag)[:60]}")
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            made: list[object] | dict[object, object] = (
                [] if isinstance(event, SequenceStartEvent) else {}
            )
            self._add(made, event.anchor)
            self.open.append((made, []))
            self.budget.check_depth(len(self.open))
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self.open.pop()
        elif isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise ExpressionValueError(f"Invalid yaml: unknown alias *{event.anchor}")
            self._add(self.anchors[event.anchor], None)
        elif isinstance(event, ScalarEvent):
            self._add(_scalar(event), event.anchor)

    def _add(self, value: object, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value
            return
        container, keys = self.open[-1]
        if isinstance(container, list):
            container.append(value)
        elif not keys:
            if not isinstance(value, str | int | float | None):
                raise ExpressionValueError("Invalid yaml: a key has to be a single value")
            keys.append(value)
        else:
            key = keys.pop()
            if key == "<<" and is_mapping(value):
                for name, item in value.items():
                    container.setdefault(name, item)
            else:
                container[_key(key)] = value


def _key(value: object) -> object:
    """A key as JSON can have it: what is no number is a text."""
    if value is None:
        return "null"
    return scalar_text(value) if isinstance(value, bool) else value


def _scalar(event: Any) -> object:
    text: str = event.value
    if event.style in _QUOTED_STYLES or (event.tag or "").endswith(":str"):
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) < 100 and _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if len(text) < 100 and _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    return float(text.replace("_", "")) if _FLOAT.fullmatch(text) else text


def write_yaml(value: object, budget: Budget) -> str:
    """Write a value as YAML: two spaces for maps, lists one space deeper than their key."""
    check_size(value, budget)
    lines: list[str] = []
    _lines(value, budget, lines, "", 0)
    text = "\n".join(lines) + "\n"
    budget.check_text(len(text))
    return text


def _lines(value: object, budget: Budget, lines: list[str], indent: str, depth: int) -> None:
    """Append the lines of a value that starts on a line of its own."""
    budget.spend()
    budget.check_depth(depth)
    if is_mapping(value) and value:
        for key, item in value.items():
            name = _inline("null" if key is None else scalar_text(key))
            _entry(f"{indent}{name}:", item, budget, lines, indent, depth)
    elif is_sequence(value) and value:
        for item in value:
            _item(item, budget, lines, indent, depth)
    else:
        lines.append(indent + _single(value, indent))


def _entry(
    head: str, item: object, budget: Budget, lines: list[str], indent: str, depth: int
) -> None:
    if (is_mapping(item) or is_sequence(item)) and item:
        lines.append(head)
        _lines(item, budget, lines, indent if is_sequence(item) else indent + "  ", depth + 1)
    else:
        lines.append(f"{head} {_single(item, indent)}")


def _item(item: object, budget: Budget, lines: list[str], indent: str, depth: int) -> None:
    if (is_mapping(item) or is_sequence(item)) and item:
        nested: list[str] = []
        _lines(item, budget, nested, indent + "   ", depth + 1)
        lines.append(f"{indent} - {nested[0][len(indent) + 3 :]}")
        lines.extend(nested[1:])
    else:
        lines.append(f"{indent} - {_single(item, indent + ' ')}")


def _single(value: object, indent: str) -> str:
    if is_mapping(value):
        return "{}"
    if is_sequence(value):
        return "[]"
    if value is None:
        return "null"
    if isinstance(value, str):
        return _plain(value, indent)
    if isinstance(value, dt.datetime | dt.timedelta):
        return json_scalar_text(value).strip('"')
    return scalar_text(value)


def _plain(text: str, indent: str) -> str:
    """Write a text: of several lines as a literal block where that is possible."""
    if "\n" not in text or _NOT_LITERAL.search(text):
        return _inline(text)
    chomping = "" if text.endswith("\n") else "-"
    chomping = "+" if text.endswith("\n\n") else chomping
    body = "\n".join(f"{indent}  {line}" if line else "" for line in text.split("\n"))
    return f"|{chomping}\n" + (body if chomping == "-" else body.removesuffix("\n"))


def _inline(text: str) -> str:
    """Write a text on one line, with quotes only where it needs them."""
    if not text or text in _RESERVED or _NOT_PLAIN.search(text) or "\n" in text:
        return f'"{_escaped(text)}"'
    return text


def _escaped(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return "".join(escapes.get(one) or _printable(one) for one in text)


def _printable(character: str) -> str:
    if not re.match(_UNPRINTABLE, character):
        return character
    return f"\\u{ord(character):04x}"
