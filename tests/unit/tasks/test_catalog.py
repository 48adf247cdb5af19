"""Every task type of the entry points is complete."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from lanner_agent.tasks.contract import TaskType

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def offered_types() -> list[TaskType]:
    entries = tomllib.loads(PROJECT.read_text())["project"]["entry-points"]["lanner.tasks"]
    types: list[TaskType] = []
    for entry in entries.values():
        module, _, name = entry.partition(":")
        types += getattr(import_module(module), name)
    return types


TYPES = offered_types()


def test_no_two_types_share_a_name() -> None:
    names = [name for known in TYPES for name in (known.name, *known.aliases)]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_a_type_describes_itself(known: TaskType) -> None:
    assert known.description.endswith(".")
    assert known.properties_schema["additionalProperties"] is False
    assert json.loads(json.dumps(known.properties_schema)) == known.properties_schema
    assert json.loads(json.dumps(known.outputs_schema)) == known.outputs_schema
    assert known.examples
    assert all(f"type: {known.name}\n" in example for example in known.examples)


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_every_property_of_a_type_has_a_description(known: TaskType) -> None:
    assert undescribed(known.properties_schema) == []
    assert undescribed(known.outputs_schema) == []


def undescribed(schema: Mapping[str, object], path: str = "") -> list[str]:
    properties = schema.get("properties", {})
    assert isinstance(properties, Mapping)
    missing = []
    for name, inner in properties.items():
        if not inner.get("description"):
            missing.append(f"{path}{name}")
        missing += undescribed(inner, f"{path}{name}.")
    return missing
