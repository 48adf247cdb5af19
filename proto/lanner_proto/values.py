"""Values of flows, dates and durations between Python and protobuf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp

# Beyond this a double cannot hold every whole number; the contract carries them as text.
EXACT_LIMIT = 2**53

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 24 * 60 * 60


def to_struct(values: Mapping[str, object]) -> Struct:
    """Values by name, as the contract carries them.

    Raises:
        TypeError: A value is neither a JSON value nor a date, time, datetime or timedelta.
    """
    struct = Struct()
    for name, value in values.items():
        struct.fields[name].CopyFrom(to_value(value))
    return struct


def from_struct(struct: Struct) -> dict[str, object]:
    """Values by name; whole numbers come out as `int`."""
    return {name: from_value(value) for name, value in struct.fields.items()}


def to_timestamp(at: datetime) -> Timestamp:
    """An aware datetime as a protobuf timestamp."""
    # Protobuf's own FromDatetime takes five times as long; an execution has hundreds of dates.
    since = at - _EPOCH
    return Timestamp(
        seconds=since.days * _DAY_SECONDS + since.seconds, nanos=since.microseconds * 1000
    )


def from_timestamp(timestamp: Timestamp) -> datetime:
    """A protobuf timestamp as an aware datetime in UTC."""
    return timestamp.ToDatetime(tzinfo=UTC)


def to_duration(seconds: float) -> Duration:
    """Seconds as a protobuf duration."""
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration


def to_value(value: object) -> Value:
    """One value, as the contract carries it.

    Raises:
        TypeError: As `to_struct`.
    """
    match value:
        case None:
            return Value(null_value=0)  # type: ignore[arg-type]  # NULL_VALUE is the number 0
        case bool():
            return Value(bool_value=value)
        case int() if abs(value) > EXACT_LIMIT:
            return Value(string_value=str(value))
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case date() | time():
            return Value(string_value=value.isoformat())
        case timedelta():
            return Value(string_value=f"PT{value.total_seconds():g}S")
        case Mapping():
            return Value(struct_value=to_struct(value))
        case Sequence():
            whole = Value()
            whole.list_value.values.extend(to_value(item) for item in value)
            return whole
        case _:
            raise TypeError(f"an input cannot be a {type(value).__name__}: {value!r}")


def from_value(value: Value) -> object:
    """One value; whole numbers come out as `int`."""
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return from_struct(value.struct_value)
        case "list_value":
            return [from_value(item) for item in value.list_value.values]
        case _:
            return None
