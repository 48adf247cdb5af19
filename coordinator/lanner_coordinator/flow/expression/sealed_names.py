"""Names of iterations that are secrets: the JSON of the map that stands for the secret.

So an iteration over a secret has a name like every other one, and nobody can read it.
"""

from __future__ import annotations

import msgspec

from lanner_coordinator.flow.expression.effects import SEALED_TYPE
from lanner_coordinator.flow.expression.values import is_mapping

_START = f'{{"type":"{SEALED_TYPE}"'


def is_sealed_name(name: str) -> bool:
    """Whether a name of an iteration is a secret."""
    return name.startswith(_START)


def value_of(name: str) -> object:
    """What expressions get for a name: itself, or the map that stands for the secret."""
    return msgspec.json.decode(name) if is_sealed_name(name) else name


def name_of(value: object) -> object:
    """The name under which something is kept for the value of an iteration."""
    return msgspec.json.encode(value).decode() if is_mapping(value) else value
