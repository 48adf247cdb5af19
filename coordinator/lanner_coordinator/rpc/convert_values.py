"""Values, dates, states and levels between the coordinator and the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from lanner_coordinator.engine.events import MetricValue
from lanner_coordinator.engine.state import State
from lanner_coordinator.store.levels import LEVELS
from lanner_proto.v1 import state_pb2
from lanner_proto.values import from_struct, to_struct, to_timestamp

STATES: Mapping[State, state_pb2.State.ValueType] = {
    state: state_pb2.State.Value(f"STATE_{state.name}") for state in State
}
"""States on the wire."""

LOG_LEVELS: Mapping[str, state_pb2.LogLevel.ValueType] = {
    level: state_pb2.LogLevel.Value(f"LOG_LEVEL_{level}") for level in LEVELS
}
"""Log levels on the wire."""

_LEVEL_NAMES = {number: level for level, number in LOG_LEVELS.items()}

_METRIC_KINDS: Mapping[str, state_pb2.Metric.Kind.ValueType] = {
    "counter": state_pb2.Metric.KIND_COUNTER,
    "timer": state_pb2.Metric.KIND_TIMER,
    "gauge": state_pb2.Metric.KIND_GAUGE,
}


def values_out(values: Mapping[str, object]) -> Struct:
    """Values by name; what JSON has no word for as text, as the archive keeps it."""
    plain: dict[str, object] = msgspec.to_builtins(values)
    return to_struct(plain)


def values_in(values: Struct) -> dict[str, object]:
    """Values that a client gives."""
    return from_struct(values)


def date_out(at: datetime | None) -> Timestamp | None:
    """A date; absent stays absent."""
    return to_timestamp(at) if at is not None else None


def duration_out(duration: timedelta) -> Duration:
    """A duration."""
    message = Duration()
    message.FromTimedelta(duration)
    return message


def level_in(level: state_pb2.LogLevel.ValueType) -> str:
    """Name of a log level; unspecified: the lowest."""
    return _LEVEL_NAMES.get(level, LEVELS[0])


def metric_out(metric: MetricValue) -> state_pb2.Metric:
    """One measured value."""
    return state_pb2.Metric(
        name=metric.name,
        kind=_METRIC_KINDS.get(metric.kind, state_pb2.Metric.KIND_UNSPECIFIED),
        value=metric.value,
        tags=metric.tags,
    )
