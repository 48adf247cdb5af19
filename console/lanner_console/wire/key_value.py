"""Values of the key-value store."""

from __future__ import annotations

from lanner_console.models import KeyValueRow, Page
from lanner_console.wire.state import instant
from lanner_proto.v1 import key_value_pb2
from lanner_proto.values import from_value

_PREFIX = "KEY_VALUE_TYPE_"


def type_number(name: str) -> key_value_pb2.KeyValueType.ValueType:
    """A type for the wire; empty: what the value is by itself."""
    return key_value_pb2.KeyValueType.Value(f"{_PREFIX}{name or 'UNSPECIFIED'}")


def row(message: key_value_pb2.KeyValue) -> KeyValueRow:
    """A value."""
    return KeyValueRow(
        namespace=message.namespace,
        key=message.key,
        type=key_value_pb2.KeyValueType.Name(message.type).removeprefix(_PREFIX),
        value=from_value(message.value),
        description=message.description,
        updated_at=instant(message.updated_at, is_set=message.HasField("updated_at")),
        version=message.version,
        expires_at=instant(message.expires_at, is_set=message.HasField("expires_at")),
    )


def page(message: key_value_pb2.ListKeyValuesResponse) -> Page[KeyValueRow]:
    """A page of the values of a namespace."""
    return Page(rows=tuple(map(row, message.key_values)), total_count=message.total_count)
