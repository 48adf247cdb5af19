"""Runs the tasks whose work is done inside the coordinator, without leaving it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from lanner_coordinator.flow.types import (
    debug,
    execution,
    exit,
    kv,
    log,
    metric,
    output,
    resume,
    sleep,
    state,
    toggle,
    variables,
)
from lanner_coordinator.flow.types.keeping import KeepingType, KeyValues
from lanner_coordinator.flow.types.native_type import NativeMetric, NativeResult, NativeType

__all__ = ["NATIVE_TYPES", "NativeMetric", "NativeResult", "run_native", "text_properties"]


def _types() -> Iterator[NativeType | KeepingType]:
    for family in (log, debug, execution, exit, variables, output, metric, sleep, resume, toggle):
        yield from family.TYPES
    yield from kv.TYPES
    yield from state.TYPES


NATIVE_TYPES: Mapping[str, NativeType | KeepingType] = MappingProxyType(
    {native.description.name: native for native in _types()}
)
"""All native types by canonical name."""


def text_properties(type_name: str, given: Collection[str]) -> frozenset[str]:
    """Those of the given properties whose texts stay texts when they are rendered."""
    native = NATIVE_TYPES[type_name]
    if isinstance(native, KeepingType):
        return native.text_properties.intersection(given)
    return frozenset(given) if native.takes_texts else frozenset()


def run_native(type_name: str, properties: Mapping[str, object], values: KeyValues) -> NativeResult:
    """Do the work of a native task.

    Args:
        type_name: Canonical name.
        properties: Rendered.
        values: The key-value store, as the task run sees it.

    Raises:
        KeyError: The type is not native.
    """
    native = NATIVE_TYPES[type_name]
    if isinstance(native, KeepingType):
        return native.run(properties, values)
    return native.run(properties)
