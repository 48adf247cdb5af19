"""What an unquoted text of YAML stands for.

The rules are those of YAML 1.1 as Kestra's parser applies them: `yes`, `no`, `on` and `off` are
booleans, `0755` is octal, `1_000` is a number. Dates and base 60 numbers stay texts. Keys never
come here: they are always texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

_WORDS: Mapping[str, bool | None] = MappingProxyType(
    {"": None, "~": None, " ": None}
    | dict.fromkeys(("null", "Null", "NULL"))
    | {form: True for word in ("true", "yes", "on") for form in (word, word.title(), word.upper())}
    | {
        form: False
        for word in ("false", "no", "off")
        for form in (word, word.title(), word.upper())
    }
)

_INTEGER = re.compile(
    r"[-+]?(?:0[bB]_*[01][01_]*|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0[0-7_]+|0|[1-9][0-9_]*)"
)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)"
)
_MOST_DIGITS = 300


def resolve(text: str) -> bool | int | float | str | None:
    """The value that an unquoted text stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        number = float(text.replace("_", ""))
        return number if math.isfinite(number) else text
    return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-").replace("_", "").lower()
    if digits.startswith("0b"):
        number = int(digits[2:], 2)
    elif digits.startswith("0x"):
        number = int(digits[2:], 16)
    elif digits.startswith("0"):
        number = int(digits, 8)
    else:
        number = int(digits)
    return -number if text.startswith("-") else number
