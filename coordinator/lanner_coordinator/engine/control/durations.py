"""Durations among steering values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lanner_coordinator.engine.control.contract import ControlError
from lanner_coordinator.flow.duration import parse_duration


def read_duration(values: Mapping[str, object], name: str) -> timedelta | None:
    """A duration that is not negative; absent: there is none.

    Raises:
        ControlError: It is no duration.
    """
    value = values.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, timedelta):
        try:
            value = parse_duration(str(value).strip())
        except ValueError as error:
            raise ControlError(f"`{name}` must be an ISO 8601 duration: {error}") from error
    if value < timedelta():
        raise ControlError(f"`{name}` must not be negative, but is `{values.get(name)}`")
    return value
