"""How `a.b`, `a['b']` and `a[0]` look into values: into mappings and lists, nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.expression import properties, suggestions
from lanner_coordinator.flow.expression.errors import UndefinedError
from lanner_coordinator.flow.expression.printing import scalar_text
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence, type_name

_INDEX_DIGITS = 18


def look_up(container: object, key: object) -> object:
    """Return what a key or index stands for.

    Raises:
        UndefinedError: Nothing is there, or the value has no keys.
    """
    if is_mapping(container):
        return _from_mapping(container, key)
    name = "null" if key is None else _name(key)
    if isinstance(container, list | tuple):
        index = _index(name)
        if index is not None and index < len(container):
            return container[index]
        if name in properties.OF_LISTS:
            return properties.OF_LISTS[name](container)
        raise UndefinedError(name, hint=f"the list has {len(container)} items")
    if container is None:
        raise UndefinedError(name, hint="it is looked for in null")
    if is_sequence(container):
        raise UndefinedError(name, hint="it is looked for in a set, which has no order")
    read = properties.of(container).get(name)
    if read is not None:
        return read(container)
    raise UndefinedError(name, hint=f"it is looked for in a value of type {type_name(container)}")


def _name(key: object) -> str:
    return type_name(key) if is_mapping(key) or is_sequence(key) else scalar_text(key)


def _from_mapping(container: Mapping[object, object], key: object) -> object:
    if isinstance(key, str):
        if key in container:
            return container[key]
        if key.isdecimal() and len(key) < _INDEX_DIGITS and int(key) in container:
            return container[int(key)]
    elif key is None or isinstance(key, bool | int | float):
        # JSON has texts as keys only, so a number also finds the key that looks like it.
        for candidate in (key, "null" if key is None else scalar_text(key)):
            if candidate in container:
                return container[candidate]
    name = "null" if key is None else _name(key)
    raise UndefinedError(name, hint=suggestions.hint(name, container))


def _index(name: str) -> int | None:
    return int(name) if name.isdecimal() and len(name) < _INDEX_DIGITS else None
