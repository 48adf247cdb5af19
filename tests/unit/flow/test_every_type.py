"""What holds for every type of the coordinator."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import Part, check_part
from lanner_coordinator.flow.types.polling import POLLING_TYPES

_TYPES = KnownTypes()
_ALL = [*_TYPES.task_types(), *_TYPES.trigger_types()]


@pytest.mark.parametrize("description", _ALL, ids=lambda one: one.name)
def test_a_type_is_described_and_its_examples_are_right(description: TypeDescription) -> None:
    part: Part = "trigger" if description.kind is None else "task"

    problems = [
        problem.message
        for example in description.examples
        for problem in check_part(example, part, _TYPES)
        if problem.code not in ("LNR029", "LNR070", "LNR071")
    ]

    assert description.description.partition("\n")[0].rstrip().endswith(".")
    assert description.examples
    assert problems == []


@pytest.mark.parametrize("description", _ALL, ids=lambda one: one.name)
def test_every_property_of_a_type_is_described(description: TypeDescription) -> None:
    properties = description.properties_schema["properties"]

    assert isinstance(properties, dict)
    assert all(schema.get("description") for schema in properties.values())
    # What agents look for has the properties of their task type, which nobody has told of here.
    is_open = description.name in POLLING_TYPES
    assert description.properties_schema["additionalProperties"] is is_open
