"""Switches a flow on or off in its source, which stays as it is otherwise."""

from __future__ import annotations

import re

_DISABLED = re.compile(r"^disabled[ \t]*:.*(\n|$)", re.MULTILINE)
_PLACE = re.compile(r"^(namespace|id)[ \t]*:.*(\n|$)", re.MULTILINE)


def switched(source: str, *, is_disabled: bool) -> str:
    """The source of the flow, disabled or not.

    Raises:
        ValueError: The source has no key `id` or `namespace` at the beginning of a line.
    """
    without = _DISABLED.sub("", source)
    if not is_disabled:
        return without
    places = list(_PLACE.finditer(without))
    if not places:
        raise ValueError("no line of the source begins with `id:` or `namespace:`")
    end = max(place.end() for place in places)
    head = without[:end] if without[:end].endswith("\n") else without[:end] + "\n"
    return f"{head}disabled: true\n{without[end:]}"
