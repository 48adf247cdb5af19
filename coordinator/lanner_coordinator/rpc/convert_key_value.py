"""Key-values on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lanner_coordinator.flow.key_values import KeyValueType
from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.rpc.limits import short_text
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.secrets.sealing import masked
from lanner_coordinator.store.records import KeyValueRecord
from lanner_proto.v1 import key_value_pb2
from lanner_proto.values import from_value, to_value

TYPES: Mapping[str, key_value_pb2.KeyValueType.ValueType] = {
    kind.value: key_value_pb2.KeyValueType.Value(f"KEY_VALUE_TYPE_{kind.value}")
    for kind in KeyValueType
}
"""Types on the wire."""

_KINDS = {number: KeyValueType(name) for name, number in TYPES.items()}


def setting_in(request: key_value_pb2.SetKeyValueRequest) -> Setting:
    """What a client wants to be set.

    Raises:
        InvalidRequest: There is no value, or the time that it lasts is not positive.
    """
    if not request.HasField("value"):
        raise InvalidRequest("`value` is missing")
    lasts = request.ttl.ToTimedelta() if request.HasField("ttl") else None
    if lasts is not None and lasts.total_seconds() <= 0:
        raise InvalidRequest("`ttl` must be positive")
    has_description = request.HasField("description")
    return Setting(
        value=from_value(request.value),
        type=_KINDS.get(request.type),
        lasts=lasts,
        description=short_text("description", request.description) if has_description else None,
        may_overwrite=not request.keep,
    )


def key_value_out(record: KeyValueRecord) -> key_value_pb2.KeyValue:
    """One value."""
    return key_value_pb2.KeyValue(
        namespace=record.namespace,
        key=record.key,
        type=TYPES[record.type],
        value=to_value(masked(json.loads(record.value))),
        description=record.description,
        created_at=date_out(record.created_at),
        updated_at=date_out(record.updated_at),
        version=record.version,
        expires_at=date_out(record.expires_at),
    )
