"""`core.flow.Sleep`: time that passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import NativeResult, NativeType, failed
from lanner_coordinator.flow.types.schemas import duration, record


def _sleep(properties: Mapping[str, object]) -> NativeResult:
    given = properties.get("duration")
    try:
        length = given if isinstance(given, timedelta) else parse_duration(str(given))
    except ValueError as error:
        return failed(f"`duration`: {error}")
    if length < timedelta():
        return failed(f"`duration` must not be negative, but is `{given}`")
    return NativeResult(logs=(("INFO", f"Waiting for {format_duration(length)}"),), sleeps=length)


SLEEP = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.flow.Sleep",
        kind=TaskKind.NATIVE,
        description="Wait for some time. No agent is kept busy meanwhile.",
        properties_schema=record(["duration"], duration=duration("How long.")),
        examples=("id: nap\ntype: io.kestra.plugin.core.flow.Sleep\nduration: PT30S\n",),
    ),
    run=_sleep,
)

TYPES = (SLEEP,)
