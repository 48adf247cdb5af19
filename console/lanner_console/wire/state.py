"""States, severities and dates."""

from __future__ import annotations

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from lanner_console.models import LogLevel, MetricValue, State, StateChange
from lanner_proto.v1 import state_pb2
from lanner_proto.values import from_timestamp

STATES = {
    number: State(name.removeprefix("STATE_"))
    for name, number in state_pb2.State.items()
    if number != state_pb2.STATE_UNSPECIFIED
}
NUMBER_OF_STATE = {state: number for number, state in STATES.items()}
LOG_LEVELS = {
    number: LogLevel(name.removeprefix("LOG_LEVEL_"))
    for name, number in state_pb2.LogLevel.items()
    if number != state_pb2.LOG_LEVEL_UNSPECIFIED
}
METRIC_KINDS = {
    state_pb2.Metric.KIND_COUNTER: "counter",
    state_pb2.Metric.KIND_TIMER: "timer",
    state_pb2.Metric.KIND_GAUGE: "gauge",
}
NUMBER_OF_LOG_LEVEL = {level: number for number, level in LOG_LEVELS.items()}


def state(number: state_pb2.State.ValueType) -> State:
    """The state of this number; `UNKNOWN` for one of a newer coordinator."""
    return STATES.get(number, State.UNKNOWN)


def log_level(number: state_pb2.LogLevel.ValueType) -> LogLevel:
    """The level of this number; `INFO` for one of a newer coordinator."""
    return LOG_LEVELS.get(number, LogLevel.INFO)


def instant(timestamp: Timestamp, *, is_set: bool) -> datetime | None:
    """The date of a field, when it is set."""
    return from_timestamp(timestamp) if is_set else None


def state_change(message: state_pb2.StateChange) -> StateChange:
    """One change of state."""
    return StateChange(
        state=state(message.state), at=instant(message.at, is_set=message.HasField("at"))
    )


def metric(message: state_pb2.Metric) -> MetricValue:
    """One measured value."""
    return MetricValue(
        name=message.name,
        kind=METRIC_KINDS.get(message.kind, "gauge"),
        value=message.value,
        tags=dict(message.tags),
    )
