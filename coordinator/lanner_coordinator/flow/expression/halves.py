"""Halves of characters, as escapes in JSON can name them: no text holds them that is stored.

A program that cuts a text in the midst of an emoji leaves one. Java writes something else in its
place, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_HALF = re.compile("[\ud800-\udfff]")
_WRITTEN = re.compile(r"\\u[dD][89a-fA-F]")
_REPLACEMENT = "\ufffd"


def whole(text: str) -> str:
    """A text with a mark in place of each half."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return _HALF.sub(_REPLACEMENT, text)


def read_json(
    source: str,
    parse_int: Callable[[str], object] | None = None,
    parse_constant: Callable[[str], object] | None = None,
) -> object:
    """The value of a JSON text, with all its texts whole; otherwise as `json.loads`.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    value = json.loads(source, parse_int=parse_int, parse_constant=parse_constant)
    # Most has nothing in it that could be a half.
    return _wholly(value) if _WRITTEN.search(source) else value


def _wholly(value: object) -> object:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_wholly(one) for one in value]
    if isinstance(value, dict):
        return {_wholly(key): _wholly(one) for key, one in value.items()}
    return value
