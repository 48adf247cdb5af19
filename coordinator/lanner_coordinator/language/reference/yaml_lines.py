"""Values as YAML in one line: what JSON is, with as few quotes as can be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow import scalars

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./ +-]*[A-Za-z0-9_./]|[A-Za-z0-9_]")
_LINE_ENDS = str.maketrans({one: f"\\u{ord(one):04x}" for one in "\x85\u2028\u2029"})
"""What ends a line in YAML, and is no such thing in JSON."""


def inline(value: object) -> str:
    """A value in one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(key)}: {inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and scalars.resolve(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS)
