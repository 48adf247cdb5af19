"""JSON values as YAML 1.2 in block style; a YAML library would slow every start down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

# Words that every YAML reader takes as text; anything else is quoted as JSON, which is YAML too.
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")
NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})


def yaml_text(value: Any) -> str:
    """The value as a YAML document."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    match value:
        case Mapping() if value:
            for key, item in value.items():
                yield from _entry(f"{_scalar(str(key))}:", item)
        case list() if value:
            for item in value:
                inner = list(_lines(item))
                yield f"- {inner[0]}"
                yield from (f"  {line}" for line in inner[1:])
        case _:
            yield _scalar(value)


def _entry(head: str, item: Any) -> Iterator[str]:
    if isinstance(item, (Mapping, list)) and item:
        yield head
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{head} {_scalar(item)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in NOT_TEXT:
        return value
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else "".join(map(_escaped, written))


def _escaped(character: str) -> str:
    """The character, or an escape that YAML knows: neither it nor a terminal takes all of them."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
