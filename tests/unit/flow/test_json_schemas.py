from __future__ import annotations

from time import thread_time

import pytest

from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import resolve_inputs
from lanner_coordinator.flow.json_schemas import complaint_about_value
from tests.unit.flow.sources import HEAD, TASKS, good, read

_SCHEMA = "{type: object, required: [name], properties: {name: {type: string}}}"


def _refusals(definition: str, given: object) -> list[str]:
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, {definition}}}]\n")
    found = resolve_inputs(
        flow, {"a": given}, lambda source, seen: render_typed(source, seen, NoEffects()).value
    )
    return [one.message for one in found.problems]


@pytest.mark.parametrize("key", ["schema", "jsonSchema"])
@pytest.mark.parametrize("kind", ["JSON", "YAML"])
def test_a_value_must_match_the_schema_of_its_input(kind: str, key: str) -> None:
    definition = f"type: {kind}, {key}: {_SCHEMA}"

    assert _refusals(definition, '{"name": "x"}') == []
    assert _refusals(definition, '{"name": 3}') == [
        "Invalid input for `a`, it must match the json schema: "
        "[$.name: 3 is not of type 'string'], but received `{\"name\": 3}`"
    ]


def test_a_schema_may_be_written_as_json_text() -> None:
    definition = 'type: JSON, jsonSchema: "{\\"type\\": \\"array\\", \\"maxItems\\": 1}"'

    assert _refusals(definition, "[1]") == []
    assert "[1, 2] is too long" in _refusals(definition, "[1, 2]")[0]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("'{'", "`schema` is no JSON Schema: it is no JSON: "),
        ("{type: texts}", "`schema` is no JSON Schema: $.type: 'texts' is not valid"),
        ("'3'", "`schema` is no JSON Schema: a JSON Schema is a map"),
    ],
)
def test_a_wrong_schema_is_refused_where_it_stands(schema: str, message: str) -> None:
    (problem,) = read(f"{HEAD}{TASKS}inputs: [{{id: a, type: JSON, schema: {schema}}}]\n").problems

    assert problem.code == "LNR022"
    assert message in problem.message


@pytest.mark.parametrize(
    ("schema", "value", "is_right"),
    [
        ({"pattern": "^a+$"}, "aa", True),
        ({"pattern": "^a+$"}, "b", False),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1}, True),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"b": 1}, False),
        ({"additionalProperties": {"type": "string"}}, {"b": 1}, False),
        ({"patternProperties": {"^x": {"type": "string"}}}, {"x1": 1, "y": 2}, False),
        ({"patternProperties": {"^x": {}}, "additionalProperties": False}, {"x1": 1}, True),
        ({"uniqueItems": True}, [{"a": 1}, {"a": 2}], True),
        ({"uniqueItems": True}, [{"a": 1}, {"a": 1}], False),
        ({"$defs": {"t": {"type": "integer"}}, "items": {"$ref": "#/$defs/t"}}, [1, "x"], False),
        ({"$ref": "https://example.org/schema.json"}, 1, False),
        ({"$ref": "#/$defs/nobody"}, 1, False),
    ],
)
def test_keywords_mean_what_json_schema_says(schema: object, value: object, is_right: bool) -> None:
    assert (complaint_about_value(value, schema) == "") is is_right


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "^(a|a)*$"}, "a" * 200 + "!"),
        ({"patternProperties": {"^(a|a)*$": {}}}, {"a" * 200 + "!": 1}),
        ({"$ref": "#"}, 1),
        ({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}, 1),
        (
            {"additionalProperties": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#"}]}},
            {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}},
        ),
        ({"uniqueItems": True}, [{"a": number} for number in range(30_000)]),
    ],
)
def test_no_schema_takes_long(schema: object, value: object) -> None:
    complaint_about_value({"a": 1}, {"type": "object"})
    before = thread_time()

    complaint_about_value(value, schema)

    assert thread_time() - before < 5
