"""Finds the values of inputs in what a client gives: by their ids, or in maps along the dots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lanner_coordinator.flow.expression.halves import read_json
from lanner_coordinator.flow.model import Input


def given_values(inputs: Sequence[Input], raw: Mapping[str, object]) -> Mapping[str, object]:
    """What is given, by input id; inputs that are given nothing or null are left out.

    Args:
        inputs: What is asked for.
        raw: The value of `a.b` stands under that name, or as `b` in `a`, a map or the JSON text of
            one. The map of an OBJECT may be given by its properties.
    """
    groups = {name for one in inputs for name in groups_of(one.id)}
    opened = {name: _opened(value) if name in groups else value for name, value in raw.items()}
    found: dict[str, object] = {}
    for one in inputs:
        value = _value_at(opened, one.id)
        if value is None and one.fields:
            start = len(one.id) + 1
            below = given_values(one.fields, raw)
            value = {name[start:]: item for name, item in below.items()} or None
        if value is not None:
            found[one.id] = value
    return found


def groups_of(path: str) -> Iterator[str]:
    """The maps that an input stands in, by its id; the innermost first."""
    outer = path.rpartition(".")[0]
    while outer:
        yield outer
        outer = outer.rpartition(".")[0]


def _opened(value: object) -> object:
    """The map that a text is, or the value itself."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    try:
        return read_json(value)
    except (ValueError, RecursionError):
        return value


def _value_at(raw: Mapping[str, object], path: str) -> object:
    value = raw.get(path)
    end = path.find(".")
    while value is None and end >= 0:
        below = raw.get(path[:end])
        if isinstance(below, Mapping):
            value = _value_at(below, path[end + 1 :])
        end = path.find(".", end + 1)
    return value
