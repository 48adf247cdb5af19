from __future__ import annotations

from collections.abc import Iterator

import pytest

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.reader import Part, check_part, read_flow
from lanner_coordinator.flow.reading.input_schemas import CHOICE_KEYS, CHOICES, SCHEMAS
from lanner_coordinator.flow.schema import described
from lanner_coordinator.flow.types.schemas import PREFIX
from lanner_coordinator.language.reference.expressions import (
    example_of,
    grouped,
    rendered,
    sections,
)
from lanner_coordinator.language.reference.keys import page, tables
from lanner_coordinator.language.reference.property_examples import (
    key_example,
    property_example,
    value_example,
)
from lanner_coordinator.language.reference.yaml_lines import inline
from tests.support.generated_docs import installed_catalog

_CATALOG = installed_catalog()
_ABOUT_OTHERS = (Code.MISSING_KEY, Code.EMPTY, Code.CONFLICT)
"""What is told of a task or trigger that has but one of its properties."""
_ENTRIES = [(names, given) for _, entries, given in sections() for names, _ in grouped(entries)]
_AT = {"Flow": "", "Task": "tasks", "Trigger": "triggers", "Input": "inputs", "Output": "outputs"}
_NEEDED = {
    "Flow": {"id": "demo", "namespace": "company"},
    "Task": {"id": "a", "type": "core.log.Log", "message": "x"},
    "Trigger": {"id": "t", "type": "core.trigger.Schedule", "cron": "@daily"},
    "Input": {"id": "day", "type": "STRING"},
    "Output": {"id": "rows", "type": "STRING", "value": "x"},
}


def _examples() -> Iterator[tuple[str, str, object]]:
    for title, table, texts in tables():
        for field in table.fields:
            schema = texts.get(field.name, {})
            if field.not_supported or field.no_effect:
                continue
            examples = schema.get("examples")
            if not isinstance(examples, list):
                examples = [key_example(field.name, schema)]
            yield from ((title, field.name, example) for example in examples)


def _errors(source: str) -> list[str]:
    problems = read_flow(source, KnownTypes()).problems
    return [one.message for one in problems if one.severity is Severity.ERROR]


@pytest.mark.parametrize(("names", "given"), _ENTRIES, ids=[names[0] for names, _ in _ENTRIES])
def test_every_filter_function_and_test_has_an_example_that_renders(
    names: list[str], given: dict[str, str]
) -> None:
    assert rendered(example_of(names, given))


@pytest.mark.parametrize(("title", "key", "example"), [*_examples()])
def test_the_example_of_every_key_is_right(title: str, key: str, example: object) -> None:
    assert example is not None
    parts: dict[str, object] = {name: dict(keys) for name, keys in _NEEDED.items()}
    holder = {**_NEEDED[title], key: example}
    if key == "prefill":
        holder["required"] = False
    if key == "itemType":
        holder["type"] = "ARRAY"
    if title == "Input" and key == "defaults":
        holder["type"] = "DATE"
    if key == "dependsOn":
        holder["id"] = "other"
    source: dict[str, object] = dict(_NEEDED["Flow"])
    source["tasks"] = [parts["Task"]]
    if key == "dependsOn":
        source["inputs"] = [{"id": "kind", "type": "STRING"}, holder]
    elif title == "Flow":
        source.update(holder)
    else:
        source[_AT[title]] = [holder]

    assert _errors(inline(source)) == []


@pytest.mark.parametrize("kind", [*InputType])
def test_the_example_of_every_type_of_input_is_right(kind: InputType) -> None:
    text = page()
    start = text.index(f"`{{id: a, type: {kind}") + 1
    example = text[start : text.index("`", start)]

    source = (
        f"{inline(_NEEDED['Flow'])[:-1]}, inputs: [{example}], tasks: [{inline(_NEEDED['Task'])}]}}"
    )

    assert _errors(source) == []


def test_the_example_of_a_retry_is_right() -> None:
    examples = described.RETRY["examples"]
    assert isinstance(examples, list)
    for example in examples:
        task = {**_NEEDED["Task"], "retry": example}

        assert _errors(inline({**_NEEDED["Flow"], "tasks": [task]})) == []


def _properties() -> Iterator[tuple[TypeDescription, str]]:
    for one in (*_CATALOG.task_types(), *_CATALOG.trigger_types()):
        properties = one.properties_schema["properties"]
        assert isinstance(properties, dict)
        yield from ((one, name) for name in properties)


@pytest.mark.parametrize(
    ("description", "name"),
    [*_properties()],
    ids=[f"{one.name.removeprefix(PREFIX)}.{name}" for one, name in _properties()],
)
def test_the_example_of_every_property_is_right(description: TypeDescription, name: str) -> None:
    properties = description.properties_schema["properties"]
    assert isinstance(properties, dict)
    example = property_example(description, name, properties[name])
    part: Part = "trigger" if description.kind is None else "task"
    source = inline({"id": "a", "type": description.name, name: example})

    found = [
        one.message
        for one in check_part(source, part, _CATALOG)
        if one.severity is Severity.ERROR and one.code not in _ABOUT_OTHERS
    ]

    assert found == []


def _input_properties() -> Iterator[tuple[InputType, str]]:
    for kind, schema in SCHEMAS.items():
        properties = schema["properties"]
        assert isinstance(properties, dict)
        yield from ((kind, name) for name in properties)


@pytest.mark.parametrize(("kind", "name"), [*_input_properties()])
def test_the_example_of_every_property_of_an_input_is_right(kind: InputType, name: str) -> None:
    properties = SCHEMAS[kind]["properties"]
    assert isinstance(properties, dict)
    example = value_example(name, properties[name])
    holder = {"id": "a", "type": str(kind), name: example}
    if kind in CHOICES and name not in CHOICE_KEYS:
        holder["values"] = ["x"]
    if kind is InputType.ARRAY:
        holder["itemType"] = "STRING"
    source = {**_NEEDED["Flow"], "inputs": [holder], "tasks": [_NEEDED["Task"]]}

    assert _errors(inline(source)) == []
