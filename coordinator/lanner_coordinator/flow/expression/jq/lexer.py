"""Cuts a jq program into tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from lanner_coordinator.flow.expression.errors import ExpressionValueError

_TOKEN = re.compile(
    r"""
    (?P<space>(?:\s+|\#[^\n]*)+)
  | (?P<field>\.[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<variable>\$(?:__loc__|[A-Za-z_][A-Za-z0-9_]*))
  | (?P<format>@[A-Za-z0-9]+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quote>")
  | (?P<operator>\?//=?|\|=|//=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|//|\.\.|[.|,()\[\]{}:;=<>+\-*/%?])
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}


class Token(NamedTuple):
    """One piece of a program."""

    kind: str
    """`field`, `number`, `variable`, `format`, `name`, `operator`, `text` or `end`."""
    value: str
    """The text of it."""
    parts: tuple[str | tuple[Token, ...], ...] = ()
    """Of a text: the plain parts and the tokens of what is interpolated."""


def tokenize(program: str) -> tuple[Token, ...]:
    """Cut a program into tokens, the last of them of kind `end`.

    Raises:
        ExpressionValueError: It cannot be cut.
    """
    tokens, position = _tokens(program, 0, inside_text=False)
    if position != len(program):
        raise _failure(program, position)
    return tokens


def _failure(program: str, position: int) -> ExpressionValueError:
    return ExpressionValueError(
        f"Unable to parse the jq expression '{program[:200]}': "
        f"unexpected text at character {position + 1}"
    )


def _tokens(program: str, start: int, *, inside_text: bool) -> tuple[tuple[Token, ...], int]:
    tokens: list[Token] = []
    position, depth = start, 0
    while position < len(program):
        found = _TOKEN.match(program, position)
        if found is None:
            raise _failure(program, position)
        kind, value = str(found.lastgroup), found.group()
        if kind == "quote":
            token, position = _text(program, found.end())
            tokens.append(token)
            continue
        if inside_text and depth == 0 and value == ")":
            break
        depth += (value == "(") - (value == ")")
        position = found.end()
        if kind != "space":
            tokens.append(Token(kind, value))
    tokens.append(Token("end", ""))
    return tuple(tokens), position


def _text(program: str, start: int) -> tuple[Token, int]:
    parts: list[str | tuple[Token, ...]] = []
    plain = ""
    position = start
    while position < len(program):
        character = program[position]
        if character == '"':
            return Token("text", plain, (*parts, plain)), position + 1
        if character != "\\":
            plain += character
            position += 1
        elif program.startswith("\\(", position):
            inner, position = _tokens(program, position + 2, inside_text=True)
            if not program.startswith(")", position):
                break
            parts += [plain, inner]
            plain = ""
            position += 1
        else:
            plain_part, position = _escape(program, position)
            plain += plain_part
    raise _failure(program, start - 1)


def _escape(program: str, position: int) -> tuple[str, int]:
    letter = program[position + 1 : position + 2]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], position + 2
    digits = program[position + 2 : position + 6]
    if letter == "u" and re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
        return chr(int(digits, 16)), position + 6
    raise _failure(program, position)
