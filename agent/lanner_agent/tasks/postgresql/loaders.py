"""How values of a database are read: as JSON-like values, or as the texts they are.

Both read what the server writes, so that nothing is lost on the way: a date far in the past, an
infinite timestamp, a number with forty digits.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from psycopg.adapt import Loader
from psycopg.types.string import TextLoader

if TYPE_CHECKING:
    from psycopg import AsyncRawCursor
    from psycopg.abc import Buffer

_BARE_OFFSET = re.compile(r"[+-]\d\d\Z")


class _Number(Loader):
    """A number where JSON's number is exactly it, else its text."""

    def load(self, data: Buffer) -> object:
        text = bytes(data).decode()
        if text.lstrip("-").isdigit():
            return int(text)
        value = float(text)
        is_exact = isfinite(value) and Decimal(repr(value)) == Decimal(text)
        return value if is_exact else text


class _Float(Loader):
    """A float, or a text where JSON has no such number."""

    def load(self, data: Buffer) -> object:
        value = float(bytes(data))
        return value if isfinite(value) else bytes(data).decode()


class _Timestamp(Loader):
    """A date and time as ISO 8601 has it."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode().replace(" ", "T", 1)
        return f"{text}:00" if _BARE_OFFSET.search(text) and "T" in text else text


class _Binary(Loader):
    """Bytes as base64."""

    def load(self, data: Buffer) -> str:
        return base64.b64encode(bytes.fromhex(bytes(data).decode().removeprefix("\\x"))).decode()


class _TruthValue(Loader):
    """`true` and `false`, which more programs understand than `t` and `f`."""

    def load(self, data: Buffer) -> str:
        return "true" if bytes(data) == b"t" else "false"


_JSON_LIKE: Mapping[str, type[_Number | _Float | _Timestamp | _Binary]] = {
    "numeric": _Number,
    "float4": _Float,
    "float8": _Float,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamp,
    "bytea": _Binary,
}

_AS_THEY_ARE = (
    "date", "time", "timetz", "interval", "uuid", "inet", "cidr", "macaddr",
    "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
)  # fmt: skip


def load_json_like(cursor: AsyncRawCursor[tuple[object, ...]]) -> None:
    """Make a cursor give values that JSON can hold."""
    for name, loader in _JSON_LIKE.items():
        cursor.adapters.register_loader(name, loader)
    for name in _AS_THEY_ARE:
        cursor.adapters.register_loader(name, TextLoader)


def load_texts(cursor: AsyncRawCursor[tuple[object, ...]]) -> None:
    """Make a cursor give every value as the text that `COPY` reads again."""
    for known in cursor.adapters.types:
        cursor.adapters.register_loader(known.oid, TextLoader)
        if known.array_oid:
            cursor.adapters.register_loader(known.array_oid, TextLoader)
    cursor.adapters.register_loader("bool", _TruthValue)
