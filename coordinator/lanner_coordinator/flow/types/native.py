"""Runs the tasks whose work is done inside the coordinator, without touching the world."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lanner_coordinator.flow.types import debug, execution, log, metric, output, sleep
from lanner_coordinator.flow.types.native_type import NativeMetric, NativeResult, NativeType

__all__ = ["NATIVE_TYPES", "NativeMetric", "NativeResult", "run_native"]

NATIVE_TYPES: Mapping[str, NativeType] = MappingProxyType(
    {
        native.description.name: native
        for family in (log, debug, execution, output, metric, sleep)
        for native in family.TYPES
    }
)
"""All native types by canonical name."""


def run_native(type_name: str, properties: Mapping[str, object]) -> NativeResult:
    """Do the work of a native task.

    Args:
        type_name: Canonical name.
        properties: Rendered.

    Raises:
        KeyError: The type is not native.
    """
    return NATIVE_TYPES[type_name].run(properties)
