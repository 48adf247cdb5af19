"""The one place that makes ids.

Ids are 22 characters of base 62: 48 bits of milliseconds and 80 random bits, as a UUID of version 7
has them (RFC 9562). They sort as their dates, so that the store finds an execution without an
index, and they look like Kestra's.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Protocol

from lanner_coordinator.runtime.clock import Clock

ID_LENGTH = 22
"""Characters of an id."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_BITS = 80
_STEP_BITS = 64


class IdFactory(Protocol):
    """Makes ids."""

    def new_id(self) -> str:
        """An id that nobody has; later ones sort after earlier ones, up to the millisecond."""


class TimeOrderedIds:
    """Ids of the clock's time and the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def new_id(self) -> str:
        """A new id, which sorts after all that this factory has made."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        if milliseconds > self._last >> _RANDOM_BITS:
            self._last = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        else:
            self._last += 1 + secrets.randbits(_STEP_BITS)
        return encode_id(self._last)


def encode_id(number: int) -> str:
    """Base 62 of a number below 2**128, always as long as an id."""
    digits = []
    for _ in range(ID_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def date_of_id(made: str) -> datetime | None:
    """When an id was made, up to the millisecond; absent: it is none of this place."""
    if len(made) != ID_LENGTH or any(character not in _ALPHABET for character in made):
        return None
    number = 0
    for character in made:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    try:
        return datetime.fromtimestamp((number >> _RANDOM_BITS) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
