"""Functions that make new identifiers."""

from __future__ import annotations

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.registry import function

_NANO_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LONGEST_NANO_ID = 1_000
_KSUID_EPOCH = 1_400_000_000
_KSUID_LENGTH = 27
_ID_LENGTH = 22


def _uuid_bytes(context: RenderContext) -> bytes:
    """Return the bytes of a random UUID: version 4, variant 1."""
    raw = bytearray(context.effects.random_bytes(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


@function("uuid", context=True)
def uuid(context: RenderContext) -> str:
    """Return a new random UUID."""
    digits = _uuid_bytes(context).hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@function("id", context=True)
def identifier(context: RenderContext) -> str:
    """Return a new short identifier: a UUID in 22 letters and digits."""
    return _base_62(_uuid_bytes(context)).rjust(_ID_LENGTH, "0")


@function("ksuid", context=True)
def ksuid(context: RenderContext) -> str:
    """Return a new identifier that sorts by the time it was made."""
    seconds = int(context.effects.now().timestamp()) - _KSUID_EPOCH
    raw = max(seconds, 0).to_bytes(4, "big") + context.effects.random_bytes(16)
    return _base_62(raw).rjust(_KSUID_LENGTH, "0")


def _base_62(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE_62[digit] + digits
    return digits


@function("nanoId", parameters="length alphabet", context=True)
def nano_id(context: RenderContext, length: object = 21, alphabet: object = None) -> str:
    """Return a new random text of a length, made of the characters of an alphabet."""
    count = 21 if length is None else whole_of(length, "The length")
    if not 0 < count <= _LONGEST_NANO_ID:
        raise ExpressionValueError(
            f"The 'nanoId()' function field 'length' must be lower than: {_LONGEST_NANO_ID}"
        )
    characters = _NANO_ALPHABET if alphabet is None else text_of(alphabet, "The alphabet")
    if not characters:
        raise ExpressionValueError("The alphabet of 'nanoId()' has no characters")
    raw = context.effects.random_bytes(count * 4)
    numbers = (int.from_bytes(raw[index : index + 4], "big") for index in range(0, len(raw), 4))
    return "".join(characters[number % len(characters)] for number in numbers)
